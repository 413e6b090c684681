/** <sk-menu>: a button and the panel it opens; Esc, a click outside, a form sent or the focus leaving closes it. */

export class Menu extends HTMLElement {
  private get button(): HTMLElement | null {
    return this.querySelector("[aria-expanded]");
  }

  private get panel(): HTMLElement | null {
    return this.querySelector(".menu");
  }

  connectedCallback(): void {
    this.addEventListener("click", this);
    this.addEventListener("keydown", this);
    this.addEventListener("focusout", this);
    this.addEventListener("submit", this);
    document.addEventListener("pointerdown", this);
  }

  disconnectedCallback(): void {
    document.removeEventListener("pointerdown", this);
  }

  /** Open or close the panel. */
  set open(open: boolean) {
    if (!this.panel || !this.button) return;
    this.panel.hidden = !open;
    this.button.setAttribute("aria-expanded", String(open));
  }

  get open(): boolean {
    return this.panel?.hidden === false;
  }

  handleEvent(event: Event): void {
    const target = event.target as Node | null;
    if (event.type === "click" && this.button?.contains(target)) this.open = !this.open;
    else if (event.type === "submit" || (event.type === "pointerdown" && !this.contains(target))) this.open = false;
    else if (event instanceof FocusEvent) this.left(event.relatedTarget as Node | null);
    else if (event instanceof KeyboardEvent) this.pressed(event);
  }

  private left(next: Node | null): void {
    // A press on a label hands the focus to an ancestor for a moment (<main> can hold it): that is not leaving.
    if (next && !this.contains(next) && !next.contains(this)) this.open = false;
  }

  private pressed(event: KeyboardEvent): void {
    if (event.key === "Escape" && this.open) {
      event.stopPropagation();
      this.open = false;
      this.button?.focus();
      return;
    }
    if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
    if (!this.open) this.open = true;
    const items = [...(this.panel?.querySelectorAll<HTMLElement>("a, button, input") ?? [])];
    if (items.length === 0) return;
    event.preventDefault();
    const at = items.indexOf(document.activeElement as HTMLElement);
    const step = event.key === "ArrowDown" ? 1 : -1;
    items[(at + step + items.length) % items.length]?.focus();
  }
}

customElements.define("sk-menu", Menu);
