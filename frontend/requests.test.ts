import { describe, expect, it, vi } from "vitest";

// The simulated browser has no XPath, which htmx needs to load; what is tested here does not.
vi.mock("htmx.org", () => ({ default: { ajax: vi.fn(), process: vi.fn(), trigger: vi.fn() } }));

import { failureBanner, reason } from "./requests.ts";

describe("reason", () => {
  it("tells the person what a status means", () => {
    expect([0, 401, 403, 404, 429, 500, 502].map(reason)).toEqual([
      "offline", "forbidden", "forbidden", "missing", "busy", "failed", "failed",
    ]);
  });
});

describe("failureBanner", () => {
  it("stands as an alert and tries again once", () => {
    const retry = vi.fn();
    const banner = failureBanner(500, retry);
    document.body.append(banner);
    expect(banner.getAttribute("role")).toBe("alert");
    banner.querySelector("button")?.click();
    expect(retry).toHaveBeenCalledOnce();
    expect(banner.isConnected).toBe(false);
  });

  it("offers nothing where sending again is not safe", () => {
    expect(failureBanner(500, null).querySelector("button")).toBeNull();
  });
});
