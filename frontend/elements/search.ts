/**
 * <sk-search>: the one box over all libraries. It asks while one types (not while an input method composes), arrow keys
 * walk through what is found, Enter opens it, Esc closes; with an empty box it offers what was searched last.
 */
import htmx from "htmx.org";

const TYPING_PAUSE_MS = 200;
const KEPT = "sanku_searches";
const MOST_KEPT = 6;

/** Return the last searches with a new one in front, each once. */
export function withSearch(kept: readonly string[], text: string): string[] {
  const trimmed = text.trim();
  return trimmed ? [trimmed, ...kept.filter((other) => other !== trimmed)].slice(0, MOST_KEPT) : [...kept];
}

function lastSearches(): string[] {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(KEPT) ?? "[]");
    return Array.isArray(kept) ? kept.filter((text): text is string => typeof text === "string") : [];
  } catch {
    return [];
  }
}

export class Search extends HTMLElement {
  private typing = 0;
  private input = document.createElement("input");
  private panel: HTMLElement = document.createElement("div");
  private address = "";

  private get items(): HTMLAnchorElement[] {
    return [...this.panel.querySelectorAll<HTMLAnchorElement>(".sf-i")];
  }

  connectedCallback(): void {
    this.input = this.querySelector("input") ?? this.input;
    this.panel = this.querySelector<HTMLElement>("#sk-found") ?? this.panel;
    this.address = this.querySelector("form")?.action ?? "";
    for (const name of ["input", "compositionend", "keydown", "focusin", "focusout", "submit", "click"]) this.addEventListener(name, this);
    this.addEventListener("htmx:afterSwap", this);
  }

  handleEvent(event: Event): void {
    switch (event.type) {
      case "input":
      case "compositionend":
        if (!(event as InputEvent).isComposing) this.ask();
        break;
      case "focusin":
        if (event.target === this.input && !this.input.value.trim()) this.offerLast();
        break;
      case "focusout": {
        const next = (event as FocusEvent).relatedTarget;
        if (!(next instanceof Node && this.contains(next))) window.setTimeout(() => this.close(), 150);
        break;
      }
      case "submit":
      case "click":
        if (event.type === "submit" || (event.target as Element).closest("a")) this.keep();
        break;
      case "htmx:afterSwap":
        if (this.input.value.trim()) this.open();
        break;
      case "keydown":
        this.pressed(event as KeyboardEvent);
    }
  }

  private ask(): void {
    window.clearTimeout(this.typing);
    const text = this.input.value.trim();
    if (!text) return this.offerLast();
    this.typing = window.setTimeout(() => {
      const address = `${this.address}?q=${encodeURIComponent(text)}`;
      void htmx.ajax("get", address, { source: this.panel, target: this.panel, swap: "innerHTML" });
    }, TYPING_PAUSE_MS);
  }

  private offerLast(): void {
    const links = lastSearches().map((text) => {
      const link = document.createElement("a");
      link.className = "sf-i";
      link.setAttribute("role", "option");
      link.tabIndex = -1;
      link.href = `${this.address}?q=${encodeURIComponent(text)}`;
      link.textContent = text;
      return link;
    });
    this.panel.replaceChildren(...links);
    if (links.length > 0) this.open();
    else this.close();
  }

  private open(): void {
    this.panel.hidden = false;
    this.input.setAttribute("aria-expanded", "true");
  }

  private close(): void {
    this.panel.hidden = true;
    this.input.setAttribute("aria-expanded", "false");
  }

  private keep(): void {
    if (this.input.value.trim()) localStorage.setItem(KEPT, JSON.stringify(withSearch(lastSearches(), this.input.value)));
  }

  private pressed(event: KeyboardEvent): void {
    if (event.isComposing) return;
    if (event.key === "Escape") {
      this.close();
      return;
    }
    const items = this.items;
    const at = items.findIndex((item) => item.getAttribute("aria-selected") === "true");
    if (event.key === "Enter" && at >= 0 && !this.panel.hidden) {
      event.preventDefault();
      this.keep();
      items[at]?.click();
    }
    if ((event.key !== "ArrowDown" && event.key !== "ArrowUp") || items.length === 0) return;
    event.preventDefault();
    this.open();
    const next = at < 0 && event.key === "ArrowUp" ? items.length - 1 : (at + (event.key === "ArrowDown" ? 1 : -1) + items.length) % items.length;
    items.forEach((item, place) => item.setAttribute("aria-selected", String(place === next)));
    items[next]?.scrollIntoView({ block: "nearest" });
  }
}

customElements.define("sk-search", Search);
