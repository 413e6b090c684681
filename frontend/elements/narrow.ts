/** <sk-narrow>: rows ([data-row]) of a long form, found by what they are called; those in which something is chosen stay. */

export class Narrow extends HTMLElement {
  connectedCallback(): void {
    this.addEventListener("input", this);
    this.addEventListener("keydown", this);
  }

  handleEvent(event: Event): void {
    if (event.target !== this.asked) return;
    if (event instanceof KeyboardEvent) {
      if (event.key === "Escape" && this.asked?.value) this.asked.value = "";
      else if (event.key !== "Enter") return;
      event.preventDefault(); // nobody sends the form by looking for a row
    }
    this.narrow();
  }

  private get asked(): HTMLInputElement | null {
    return this.querySelector("input[type=search]");
  }

  private narrow(): void {
    const text = this.asked?.value.trim().toLowerCase() ?? "";
    for (const row of this.querySelectorAll<HTMLElement>("[data-row]")) {
      row.hidden = !(row.dataset["row"] ?? "").toLowerCase().includes(text) && !row.querySelector<HTMLSelectElement>("select")?.value;
    }
    for (const part of this.querySelectorAll<HTMLElement>("section")) part.hidden = !part.querySelector("[data-row]:not([hidden])");
    const none = this.querySelector<HTMLElement>("[data-none]");
    if (none) none.hidden = this.querySelector("section:not([hidden])") !== null;
  }
}

customElements.define("sk-narrow", Narrow);
