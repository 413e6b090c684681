import { beforeEach, describe, expect, it, vi } from "vitest";

// The simulated browser has no XPath, which htmx needs to load; what is tested here does not.
vi.mock("htmx.org", () => ({ default: { ajax: vi.fn(), process: vi.fn(), trigger: vi.fn() } }));

import { Library, searchAddress, selectionAddress } from "./library.ts";

describe("searchAddress", () => {
  it("keeps filters and sort, drops the page and the old text", () => {
    expect(searchAddress("/p/", "stage=a&stage=b&q=old&page=7&sort=-x", " 轴承 ")).toBe(
      `/p/?stage=a&stage=b&sort=-x&q=${encodeURIComponent("轴承")}`,
    );
  });

  it("is the bare path when nothing is left", () => {
    expect(searchAddress("/p/", "q=old", "  ")).toBe("/p/");
  });
});

describe("selectionAddress", () => {
  it("adds the ids to a query or begins one", () => {
    expect(selectionAddress("/x/?a=1", ["3", "5"])).toBe("/x/?a=1&selected=3%2C5");
    expect(selectionAddress("/x/", ["3"])).toBe("/x/?selected=3");
  });
});

const PAGE = `<sk-library><section class="left"><form class="find"><input type="search" name="q"></form>
<div id="library" data-path="/p/" data-query=""><table><thead><tr><th><input type="checkbox" data-all></th></tr></thead><tbody>
${[1, 2, 3]
  .map(
    (n) => `<tr data-id="${n}" data-url="/p/${n}/" data-preview="/p/${n}/preview/" tabindex="${n === 1 ? 0 : -1}">
<td class="ck"><input type="checkbox" value="${n}"></td><td class="nm"><a href="/p/${n}/">N${n}</a></td></tr>`,
  )
  .join("")}
</tbody></table><div class="picked" hidden><b data-selected></b><form data-export-selected="/x/?a=1" action="/x/"></form><button data-deselect></button></div>
</div></section><aside id="preview" hidden></aside></sk-library>`;

function row(id: number): HTMLElement {
  const found = document.querySelector<HTMLElement>(`tr[data-id="${id}"]`);
  if (!found) throw new Error(`no row ${id}`);
  return found;
}

function press(key: string, target: Element = document.body): void {
  target.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true }));
}

describe("<sk-library>", () => {
  beforeEach(() => {
    document.body.innerHTML = PAGE;
    expect(document.querySelector("sk-library")).toBeInstanceOf(Library);
  });

  it("moves the chosen row with j, k and the arrows, one tab stop only", () => {
    press("j");
    press("ArrowDown");
    expect(row(2).classList.contains("on")).toBe(true);
    expect(row(2).tabIndex).toBe(0);
    expect(row(1).tabIndex).toBe(-1);
    press("k");
    expect(row(1).getAttribute("aria-selected")).toBe("true");
    expect(row(2).getAttribute("aria-selected")).toBe("false");
  });

  it("leaves keys alone while somebody writes", () => {
    const box = document.querySelector("input[type=search]");
    if (box) press("j", box);
    expect(document.querySelector("tr.on")).toBeNull();
  });

  it("opens the chosen record with Enter", () => {
    const assign = vi.spyOn(window.location, "assign").mockImplementation(() => undefined);
    press("j");
    press("Enter", row(1));
    expect(assign).toHaveBeenCalledWith("/p/1/");
  });

  it("counts what is ticked and gives the export its ids", () => {
    row(2).querySelector("input")?.click();
    const bar = document.querySelector<HTMLElement>(".picked");
    const all = document.querySelector<HTMLInputElement>("[data-all]");
    expect(bar?.hidden).toBe(false);
    expect(all?.indeterminate).toBe(true);
    expect(bar?.querySelector("form")?.getAttribute("action")).toBe("/x/?a=1&selected=2");
    all?.click();
    expect(bar?.querySelector("form")?.getAttribute("action")).toBe("/x/?a=1&selected=2%2C1%2C3");
    bar?.querySelector("button")?.click();
    expect(bar?.hidden).toBe(true);
    expect(row(2).querySelector("input")?.checked).toBe(false);
  });

  it("drops empty fields of a filter form", () => {
    const formData = new FormData();
    for (const [name, value] of [["a", ""], ["b", "1"], ["b", ""], ["c", "2"]] as const) formData.append(name, value);
    document
      .querySelector("#library")
      ?.dispatchEvent(new CustomEvent("htmx:configRequest", { bubbles: true, detail: { verb: "get", formData } }));
    expect([...formData.entries()]).toEqual([
      ["b", "1"],
      ["c", "2"],
    ]);
  });
});
