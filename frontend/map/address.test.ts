import { describe, expect, it } from "vitest";

import { readView, switched, tileQuery, writeView } from "./address.ts";

const NAMES = ["sites", "projects", "companies", "targets"];
const read = (search: string) => readView(search, NAMES, "sites");

describe("the map's address", () => {
  it("comes back the same", () => {
    const search = "in=projects&stage=signed&stage=lead&within=p:1,2;3,4;5,6&sites=status%3Dfree&layers=sites,projects&at=12.50/35.42000/116.69000&pick=projects:7";
    expect(writeView(read(`?${search}`))).toBe(search);
  });

  it("leaves out what cannot be", () => {
    const view = read("?in=nothing&at=99/200/300&pick=evil&layers=sites,nothing&page=abc&box=1,2,3,4");
    expect(view).toMatchObject({ current: "sites", at: null, pick: "", layers: ["sites"] });
    expect(view.query.toString()).toBe("");
  });

  it("asks for tiles by what filters alone, not by the shape or the order", () => {
    const view = read("?status=free&sort=-area&within=c:1,2,3&projects=stage%3Dsigned");
    expect(tileQuery(view, "sites", "5")).toBe("status=free&as-of=5");
    expect(tileQuery(view, "projects", "")).toBe("stage=signed");
    expect(tileQuery(view, "companies", "")).toBe("");
    expect(tileQuery(read("?in=companies&edition=3"), "companies", "5")).toBe("edition=3&as-of=5");
  });

  it("keeps each library's filters when another becomes the list's; the shape holds for all", () => {
    const view = switched(read("?status=free&within=c:1,2,3&projects=stage%3Dsigned&layers=sites"), "projects");
    expect(view.current).toBe("projects");
    expect(view.query.toString()).toBe("stage=signed&within=c%3A1%2C2%2C3");
    expect(view.others).toEqual({ sites: "status=free" });
    expect(view.layers).toEqual(["sites", "projects"]);
    expect(switched(view, "sites").query.get("status")).toBe("free");
  });
});
