import { describe, expect, it, vi } from "vitest";

vi.mock("htmx.org", () => ({ default: { ajax: vi.fn() } }));

import { problemsOf } from "./files.ts";

describe("problemsOf", () => {
  it("reads what the server refused", () => {
    expect(problemsOf('{"problems": ["too large"]}')).toEqual(["too large"]);
    expect(problemsOf('{"problems": []}')).toEqual([]);
  });

  it("knows an answer that is none", () => {
    expect(problemsOf("<html>")).toBeNull();
    expect(problemsOf('{"problems": 3}')).toBeNull();
    expect(problemsOf("")).toBeNull();
  });
});
