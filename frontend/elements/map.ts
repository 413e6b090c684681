/** <sk-map>: the one map's page. Its list is asked for and a sketch drawn at once, then what draws the live map is loaded. */

export class MapElement extends HTMLElement {
  connectedCallback(): void {
    void this.open();
  }

  private async open(): Promise<void> {
    const place = this.querySelector<HTMLElement>(".mc");
    const beside = this.querySelector<HTMLElement>("#map-list");
    if (!place || !beside) return;
    const { Sketch, FirstList } = await import("../map/sketch.ts");
    const sketch = new Sketch(this, place);
    const list = new FirstList(this, beside, sketch);
    await sketch.shown;
    const { openMap } = await import("../map/page.ts");
    await openMap(this, place, sketch, list);
  }
}

customElements.define("sk-map", MapElement);
