/** <sk-map>: the one map's page. What draws it is loaded when the element is there. */

export class MapElement extends HTMLElement {
  connectedCallback(): void {
    void import("../map/page.ts").then(({ openMap }) => openMap(this));
  }
}

customElements.define("sk-map", MapElement);
