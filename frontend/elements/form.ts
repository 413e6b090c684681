/**
 * <sk-form> around a form: warns before unsaved changes are left, saves with Ctrl+Enter, puts the focus on the first
 * field in error, asks for near-duplicates while a watched field is typed, and takes the one that is picked.
 */
import htmx from "htmx.org";

import { word } from "../words.ts";

const TYPING_PAUSE_MS = 400;

export class Form extends HTMLElement {
  private dirty = false;
  private typing = 0;

  connectedCallback(): void {
    for (const name of ["input", "submit", "click", "keydown", "compositionend", "htmx:beforeRequest", "htmx:afterRequest"]) {
      this.addEventListener(name, this);
    }
    window.addEventListener("beforeunload", this);
    const bad = this.querySelector<HTMLElement>('[aria-invalid="true"]');
    const first = this.querySelector<HTMLElement>("input:not([type=hidden]), select, textarea");
    (bad ?? (this.hasAttribute("begin") ? first : null))?.focus();
  }

  disconnectedCallback(): void {
    window.removeEventListener("beforeunload", this);
  }

  /** Whether something was typed that is not saved. */
  get unsaved(): boolean {
    return this.dirty;
  }

  handleEvent(event: Event): void {
    if (event.type === "beforeunload") {
      if (this.dirty) event.preventDefault();
    } else if (event.type === "input" || event.type === "compositionend") this.typed(event);
    else if (event.type === "submit") {
      this.dirty = false;
      this.querySelector("form")?.classList.add("is-busy");
    } else if (event.type === "keydown") this.pressed(event as KeyboardEvent);
    else if (event.type === "htmx:beforeRequest") this.leaving(event);
    else if (event.type === "htmx:afterRequest") this.answered(event);
    else this.clicked(event.target as Element);
  }

  private answered(event: Event): void {
    const { elt, successful } = (event as CustomEvent<{ elt: Element; successful: boolean }>).detail;
    if (!elt.matches("form")) return;
    elt.classList.remove("is-busy");
    if (!successful) this.dirty = true;
  }

  private clicked(target: Element): void {
    if (target.closest("a[data-cancel]")) this.dirty = false;
    const pick = target.closest<HTMLElement>("[data-pick]")?.dataset["pick"];
    const watched = this.querySelector<HTMLElement>("[data-watch]")?.dataset["watch"];
    const field = pick && watched ? this.querySelector<HTMLInputElement>(watched) : null;
    if (!pick || !field) return;
    field.value = pick;
    field.dispatchEvent(new InputEvent("input", { bubbles: true }));
    field.focus();
  }

  private leaving(event: Event): void {
    const button = (event as CustomEvent<{ elt: Element }>).detail.elt;
    if (!button.matches("[data-cancel]")) return;
    if (this.dirty && !window.confirm(word("unsaved"))) event.preventDefault();
    else this.dirty = false;
  }

  private pressed(event: KeyboardEvent): void {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) this.querySelector("form")?.requestSubmit();
    else if (event.key === "Escape" && !event.isComposing) {
      this.querySelector<HTMLElement>("button[data-cancel]")?.click();
    }
  }

  private typed(event: Event): void {
    this.dirty = true;
    if (event instanceof InputEvent && event.isComposing) return;
    const slot = this.querySelector<HTMLElement>("[data-watch]");
    if (!slot?.dataset["watch"] || !(event.target as Element).matches(slot.dataset["watch"])) return;
    window.clearTimeout(this.typing);
    this.typing = window.setTimeout(() => {
      htmx.trigger(slot, "similar", {});
    }, TYPING_PAUSE_MS);
  }
}

customElements.define("sk-form", Form);
