import { beforeEach, describe, expect, it } from "vitest";

import { Sheet } from "./sheet.ts";

describe("<sk-sheet>", () => {
  const at = (place: string) => document.querySelector<HTMLElement>(`td[data-at="${place}"]`);

  beforeEach(() => {
    document.body.innerHTML = `<sk-sheet><table><tbody><tr><th>4</th><td data-at="4:1"></td><td data-at="4:2"></td></tr>
<tr><th>5</th><td data-at="5:1"></td><td data-at="5:2"></td></tr></tbody></table><ul><li data-cell="5:2"></li></ul></sk-sheet>`;
    expect(document.querySelector("sk-sheet")).toBeInstanceOf(Sheet);
  });

  it("finds the cell of a card and the card of a cell", () => {
    document.querySelector<HTMLElement>("li")?.click();
    expect(at("5:2")?.classList.contains("sel")).toBe(true);
    at("4:1")?.click();
    expect(document.querySelector("li.on")).toBeNull();
    at("5:2")?.click();
    expect(document.querySelector("li.on")).not.toBeNull();
    expect(document.querySelectorAll("td.sel").length).toBe(1);
  });

  it("goes from cell to cell with the arrows and stops at the edge", () => {
    at("4:1")?.click();
    for (const key of ["ArrowRight", "ArrowDown", "ArrowDown"]) {
      document.activeElement?.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true }));
    }
    expect(document.activeElement).toBe(at("5:2"));
  });
});
