/** <sk-map>: the one map's page. A sketch of it is drawn at once, then what draws the live map is loaded. */

export class MapElement extends HTMLElement {
  connectedCallback(): void {
    void this.open();
  }

  private async open(): Promise<void> {
    const place = this.querySelector<HTMLElement>(".mc");
    if (!place) return;
    const { Sketch } = await import("../map/sketch.ts");
    const sketch = new Sketch(this, place);
    await sketch.shown;
    const { openMap } = await import("../map/page.ts");
    await openMap(this, place, sketch);
  }
}

customElements.define("sk-map", MapElement);
