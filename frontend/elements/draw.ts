/** <sk-draw>: a parcel drawn, split or merged on the map. What draws it is loaded when the element is there. */

export class DrawElement extends HTMLElement {
  connectedCallback(): void {
    void import("../map/editor.ts").then(({ openEditor }) => openEditor(this));
  }
}

customElements.define("sk-draw", DrawElement);
