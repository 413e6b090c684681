/**
 * <sk-library>: a list and its preview. It stays while htmx replaces #library inside it.
 *
 * Click or arrow keys (j, k) choose a row, Space or a click shows its preview, Enter or a double click opens the
 * record, Esc closes the preview. The search box asks while one types, not while an input method composes.
 */
import htmx from "htmx.org";

import { word } from "../words.ts";
import { keepList } from "./keys.ts";
import { isWriting } from "./shell.ts";

const TYPING_PAUSE_MS = 300;
const STEP_PAUSE_MS = 120;
const NARROW = "(max-width: 900px)";

/** Return the address of a list for another search text: the same filters and sort, from the first page. */
export function searchAddress(path: string, query: string, text: string): string {
  const parameters = new URLSearchParams(query);
  for (const name of ["q", "page"]) parameters.delete(name);
  if (text.trim()) parameters.set("q", text.trim());
  const rest = parameters.toString();
  return rest ? `${path}?${rest}` : path;
}

/** Return the address of the export of some rows alone. */
export function selectionAddress(address: string, ids: Iterable<string>): string {
  const joined = [...ids].join(",");
  return `${address}${address.includes("?") ? "&" : "?"}selected=${encodeURIComponent(joined)}`;
}

const STEP_KEYS: Record<string, number> = { ArrowDown: 1, j: 1, ArrowUp: -1, k: -1 };
const BUTTON_KEYS: Record<string, string> = {
  f: '[data-opens="filters"]',
  n: ".headr .btn-primary",
  "[": '.pages [rel="prev"]',
  "]": '.pages [rel="next"]',
};

export class Library extends HTMLElement {
  private readonly selected = new Set<string>();
  private chosen = "";
  private lastTicked = "";
  private all = false;
  private typing = 0;
  private stepping = 0;

  connectedCallback(): void {
    for (const name of ["click", "dblclick", "change", "input", "submit", "compositionend"]) this.addEventListener(name, this);
    this.addEventListener("htmx:configRequest", this);
    document.addEventListener("keydown", this);
    document.addEventListener("htmx:afterSettle", this);
  }

  disconnectedCallback(): void {
    document.removeEventListener("keydown", this);
    document.removeEventListener("htmx:afterSettle", this);
  }

  handleEvent(event: Event): void {
    const target = event.target;
    if (!(target instanceof Element)) return;
    switch (event.type) {
      case "click":
        this.clicked(event as MouseEvent, target);
        break;
      case "dblclick":
        // Not the row under the pointer: the first click opened the preview, which may have moved it.
        if (this.rowOf(target) && !target.closest("input, button")) this.open(this.current);
        break;
      case "change":
        this.ticked(target);
        break;
      case "input":
      case "compositionend":
        this.typed(event, target);
        break;
      case "submit":
        if (target.matches(".find")) this.search(event);
        break;
      case "keydown":
        this.pressed(event as KeyboardEvent, target);
        break;
      case "htmx:configRequest":
        dropEmpty(event as CustomEvent<{ verb: string; formData: FormData }>);
        break;
      case "htmx:afterSettle":
        if (target.id === "library") this.redrawn();
        break;
    }
  }

  private get rows(): HTMLElement[] {
    return [...this.querySelectorAll<HTMLElement>("tr[data-id]")];
  }

  private get preview(): HTMLElement | null {
    return this.querySelector("#preview");
  }

  private rowOf(target: Element): HTMLElement | null {
    return target.closest<HTMLElement>("tr[data-id]");
  }

  private get current(): HTMLElement | null {
    return this.rows.find((row) => row.dataset["id"] === this.chosen) ?? null;
  }

  // --- rows and preview -----------------------------------------------------------------------

  private clicked(event: MouseEvent, target: Element): void {
    if (this.pushed(target)) return;
    if (target.matches(".ck input") && event.shiftKey) this.range(target as HTMLInputElement);
    const row = this.rowOf(target);
    if (event.detail > 1) return;
    if (!row || target.closest("input, button, label, .menu")) return;
    const link = target.closest("a");
    const plain = !(event.ctrlKey || event.metaKey || event.shiftKey || event.button !== 0);
    if (!plain || (link && !link.closest(".nm"))) return;
    if (window.getSelection()?.toString()) return;
    event.preventDefault();
    if (matchMedia(NARROW).matches || !row.dataset["preview"]) this.open(row);
    else this.show(row);
  }

  // The buttons of the list and of its preview; false where it is none of them.
  private pushed(target: Element): boolean {
    const step = target.closest<HTMLElement>("[data-step]")?.dataset["step"];
    if (step) this.step(Number(step));
    else if (target.closest("[data-close-preview]")) this.close();
    else if (target.closest("[data-deselect]")) this.deselect();
    else if (target.closest("[data-select-all]")) this.selectAll();
    else return false;
    return true;
  }

  private open(row: HTMLElement | null): void {
    const address = row?.dataset["url"];
    if (!address) return;
    keepList(this);
    window.location.assign(address);
  }

  private mark(row: HTMLElement): void {
    this.chosen = row.dataset["id"] ?? "";
    for (const other of this.rows) {
      const on = other === row;
      other.classList.toggle("on", on);
      other.setAttribute("aria-selected", String(on));
      other.tabIndex = on ? 0 : -1;
    }
  }

  private show(row: HTMLElement): void {
    const panel = this.preview;
    const address = row.dataset["preview"];
    if (!panel || !address) return;
    this.mark(row);
    panel.hidden = false;
    this.classList.add("open");
    row.scrollIntoView({ block: "nearest" });
    void htmx.ajax("get", address, { source: panel, target: panel, swap: "innerHTML" });
  }

  private close(): void {
    if (!this.preview || this.preview.hidden) return;
    this.preview.hidden = true;
    this.preview.replaceChildren();
    this.classList.remove("open");
    this.current?.focus();
  }

  private step(by: number): void {
    const rows = this.rows;
    const at = rows.findIndex((row) => row.dataset["id"] === this.chosen);
    const next = rows[at < 0 ? 0 : at + by];
    if (!next) return;
    this.mark(next);
    next.focus({ preventScroll: true });
    next.scrollIntoView({ block: "nearest" });
    if (this.preview?.hidden !== false) return;
    window.clearTimeout(this.stepping);
    this.stepping = window.setTimeout(() => this.show(next), STEP_PAUSE_MS);
  }

  private pressed(event: KeyboardEvent, target: Element): void {
    if (event.isComposing || event.ctrlKey || event.metaKey || event.altKey || document.querySelector("dialog[open]")) return;
    if (event.key === "Escape" && !event.defaultPrevented) return this.close();
    if (isWriting(target) && !target.matches("tr *")) return;
    const inside = this.contains(target) || target === document.body;
    if (!inside || target.closest("button, .menu, summary")) return;
    this.steer(event, target);
  }

  private steer(event: KeyboardEvent, target: Element): void {
    const key = event.key;
    const button = BUTTON_KEYS[key];
    const step = STEP_KEYS[key];
    if (step) this.step(step);
    else if (button) this.press(button);
    else if (key === "Enter" && !target.closest("a")) this.open(this.current ?? this.rowOf(target));
    else if (!this.onRow(key, target)) return;
    event.preventDefault();
  }

  // What a key does with the row in hand; false where it is none of these keys.
  private onRow(key: string, target: Element): boolean {
    const row = this.current;
    const under = key === " " && !target.matches("input") ? this.rowOf(target) : null;
    if (under) this.show(under);
    else if (key === "p" && row) this.show(row);
    else if (key === "X" && row) this.rangeTo(row);
    else if (key === "x" && row) row.querySelector<HTMLInputElement>(".ck input")?.click();
    else return false;
    return true;
  }

  private press(selector: string): void {
    this.querySelector<HTMLElement>(selector)?.click();
  }

  private rangeTo(row: HTMLElement): void {
    const box = row.querySelector<HTMLInputElement>(".ck input");
    if (!box) return;
    box.checked = true;
    this.range(box);
    this.tick(box, true);
    this.count();
  }

  // --- search ---------------------------------------------------------------------------------

  private typed(event: Event, target: Element): void {
    if (!target.matches(".find input[type=search]")) return;
    if (event instanceof InputEvent && event.isComposing) return;
    window.clearTimeout(this.typing);
    this.typing = window.setTimeout(() => this.ask(), TYPING_PAUSE_MS);
  }

  private search(event: Event): void {
    event.preventDefault();
    window.clearTimeout(this.typing);
    this.ask();
  }

  private ask(): void {
    const list = this.querySelector<HTMLElement>("#library");
    const box = this.querySelector<HTMLInputElement>(".find input[type=search]");
    if (!list || !box) return;
    const address = searchAddress(list.dataset["path"] ?? "", list.dataset["query"] ?? "", box.value);
    const link = document.createElement("a");
    // A boosted link of #library carries target, swap and history exactly as every other one there.
    link.href = address;
    link.hidden = true;
    list.append(link);
    htmx.process(link);
    link.click();
  }

  // --- selection ------------------------------------------------------------------------------

  private ticked(target: Element): void {
    if (!(target instanceof HTMLInputElement)) return;
    if (target.matches("[data-all]")) {
      for (const box of this.boxes) this.tick(box, target.checked);
    } else if (target.matches(".ck input")) this.tick(target, target.checked);
    else return;
    this.count();
  }

  private get boxes(): HTMLInputElement[] {
    return [...this.querySelectorAll<HTMLInputElement>("tbody .ck input")];
  }

  private tick(box: HTMLInputElement, on: boolean): void {
    box.checked = on;
    this.lastTicked = box.value;
    if (on) this.selected.add(box.value);
    else {
      this.selected.delete(box.value);
      this.all = false;
    }
  }

  private deselect(): void {
    this.selected.clear();
    this.all = false;
    for (const box of this.boxes) box.checked = false;
    this.count();
  }

  private count(): void {
    const bar = this.querySelector<HTMLElement>(".picked");
    const all = this.querySelector<HTMLInputElement>("[data-all]");
    const ticked = this.boxes.filter((box) => box.checked).length;
    if (all) {
      all.checked = ticked > 0 && ticked === this.boxes.length;
      all.indeterminate = ticked > 0 && !all.checked;
    }
    if (!bar) return;
    bar.hidden = this.selected.size === 0;
    bar.parentElement?.classList.toggle("picking", !bar.hidden);
    const figure = bar.querySelector("[data-selected]");
    if (figure) figure.textContent = this.all ? word("chosenAll") : word("selected", { n: this.selected.size });
    const form = bar.querySelector<HTMLFormElement>("[data-export-selected]");
    if (form) form.action = selectionAddress(form.dataset["exportSelected"] ?? "", this.selected);
    this.link(bar);
    const pair = bar.querySelector<HTMLAnchorElement>("[data-pair]");
    if (pair) {
      pair.hidden = this.selected.size !== 2;
      pair.href = `${pair.dataset["pair"] ?? ""}?of=${[...this.selected].join(",")}`;
    }
  }

  /** All records of the view are meant, also those on other pages. */
  private selectAll(): void {
    this.all = true;
    for (const box of this.boxes) this.tick(box, true);
    this.count();
  }

  /** Tick the rows between the one ticked last and this one. */
  private range(box: HTMLInputElement): void {
    const boxes = this.boxes;
    const [from, to] = [boxes.findIndex((other) => other.value === this.lastTicked), boxes.indexOf(box)].sort((a, b) => a - b);
    if (from === undefined || to === undefined || from < 0) return;
    for (const other of boxes.slice(from, to + 1)) this.tick(other, box.checked);
  }

  private link(bar: HTMLElement): void {
    const edit = bar.querySelector<HTMLAnchorElement>("[data-bulk]");
    const address = edit?.dataset["bulk"] ?? "";
    if (edit) edit.href = this.all ? `${address}${address.includes("?") ? "&" : "?"}all=1` : selectionAddress(address, this.selected);
    const compare = bar.querySelector<HTMLAnchorElement>("[data-compare]");
    if (compare) {
      compare.hidden = this.all || this.selected.size < 2 || this.selected.size > 5;
      compare.href = selectionAddress(compare.dataset["compare"] ?? "", this.selected);
    }
    const button = bar.querySelector<HTMLElement>("[data-select-all]");
    if (button) button.hidden = this.all;
  }

  private redrawn(): void {
    for (const box of this.boxes) {
      if (box.checked) this.selected.add(box.value);
      else box.checked = this.selected.has(box.value);
    }
    this.count();
    if (this.current) this.mark(this.current);
  }
}

function dropEmpty(event: CustomEvent<{ verb: string; formData: FormData }>): void {
  if (event.detail.verb !== "get") return;
  const { formData } = event.detail;
  for (const name of new Set(formData.keys())) {
    const values = formData.getAll(name).filter((value) => value !== "");
    formData.delete(name);
    for (const value of values) formData.append(name, value);
  }
}

customElements.define("sk-library", Library);
