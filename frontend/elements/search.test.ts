import { describe, expect, it, vi } from "vitest";

vi.mock("htmx.org", () => ({ default: { ajax: vi.fn() } }));

const { withSearch } = await import("./search.ts");

describe("the last searches", () => {
  it("begin with the newest, each once, six at most", () => {
    expect(withSearch(["济宁", "机械"], " 机械 ")).toEqual(["机械", "济宁"]);
    expect(withSearch(["1", "2", "3", "4", "5", "6"], "7")).toEqual(["7", "1", "2", "3", "4", "5"]);
    expect(withSearch(["1"], "  ")).toEqual(["1"]);
  });
});
