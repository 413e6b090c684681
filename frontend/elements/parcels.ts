/** `<sk-parcels src near>`: parcels over the map, before they are saved. The map comes when the element is seen. */
export class Parcels extends HTMLElement {
  connectedCallback(): void {
    const watcher = new IntersectionObserver((seen) => {
      if (!seen.some((one) => one.isIntersecting)) return;
      watcher.disconnect();
      this.#show().catch((error: unknown) => this.#say(error));
    });
    watcher.observe(this);
  }

  async #show(): Promise<void> {
    const { showParcels } = await import("../map/parcels.ts");
    await showParcels(this, this.getAttribute("src") ?? "", this.getAttribute("near") ?? "");
    this.removeAttribute("aria-busy");
  }

  #say(error: unknown): void {
    this.removeAttribute("aria-busy");
    const note = this.querySelector<HTMLElement>(".parcel-note");
    if (!note) return;
    note.hidden = false;
    if (error instanceof Error && error.name === "NoMap") note.textContent = error.message;
  }
}

customElements.define("sk-parcels", Parcels);
