/** <sk-shell>: the rail folds and remembers it; "/" goes to the search box. */
import { remember } from "../cookies.ts";

/** Return whether a key press belongs to what the person is writing in. */
export function isWriting(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && target.closest("input, textarea, select, [contenteditable]") !== null;
}

export class Shell extends HTMLElement {
  connectedCallback(): void {
    this.addEventListener("click", this);
    document.addEventListener("keydown", this);
  }

  disconnectedCallback(): void {
    document.removeEventListener("keydown", this);
  }

  handleEvent(event: Event): void {
    if (event instanceof KeyboardEvent) this.pressed(event);
    else if (event.target instanceof Element) {
      const button = event.target.closest<HTMLElement>("[data-fold]");
      if (button) this.fold(button);
    }
  }

  private fold(button: HTMLElement): void {
    const mini = this.classList.toggle("mini");
    button.setAttribute("aria-pressed", String(mini));
    remember("sanku_rail", mini ? "mini" : "full");
  }

  private pressed(event: KeyboardEvent): void {
    if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey || isWriting(event.target)) return;
    const box = document.querySelector<HTMLInputElement>("#sk-search, [data-search]");
    if (!box) return;
    event.preventDefault();
    box.focus();
    box.select();
  }
}

customElements.define("sk-shell", Shell);
