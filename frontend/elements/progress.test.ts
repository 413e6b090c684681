import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

import { type Progress, share, timeLeft } from "./progress.ts";

const RUNNING: Progress = { done: 250, total: 1000, what: "Checking rows", state: "running", seconds_left: 30, url: null };
const WORDS = `<template id="sk-words" data-progress="{done} of {total}" data-seconds-left="{n} s" data-minutes-left="{n} min"></template>`;
const BAR = `<sk-progress src="/job/" cancel="/job/stop/"><b class="pg-what"></b><span class="pg-count"></span>
<span class="pg-left"></span><button data-cancel-work></button><a data-result hidden></a><div role="progressbar"><i></i></div></sk-progress>`;

describe("share", () => {
  it("is whole per cents, unknown without a total, full when done", () => {
    expect(share({ ...RUNNING, done: 999 })).toBe(99);
    expect(share({ ...RUNNING, total: 0 })).toBeNull();
    expect(share({ ...RUNNING, state: "done", total: 0 })).toBe(100);
    expect(share({ ...RUNNING, done: 2000 })).toBe(100);
  });
});

describe("timeLeft", () => {
  it("says seconds, then minutes, or nothing", () => {
    document.body.innerHTML = WORDS;
    expect(timeLeft(0.2)).toBe("1 s");
    expect(timeLeft(119)).toBe("119 s");
    expect(timeLeft(121)).toBe("3 min");
    expect(timeLeft(null)).toBe("");
  });
});

describe("<sk-progress>", () => {
  const answers: Progress[] = [];
  const asked = vi.fn((address: string, options?: RequestInit) => {
    void address;
    void options;
    return Promise.resolve(new Response(JSON.stringify(answers.length > 1 ? answers.shift() : answers[0])));
  });

  beforeEach(() => {
    vi.useFakeTimers();
    vi.stubGlobal("fetch", asked);
    asked.mockClear();
    answers.length = 0;
  });

  afterEach(() => {
    vi.useRealTimers();
    vi.unstubAllGlobals();
    document.body.replaceChildren();
  });

  it("shows what, how many of how many and the time left, and asks again until it is done", async () => {
    answers.push(RUNNING, { ...RUNNING, state: "done", done: 1000, url: "/job/result/" });
    document.body.innerHTML = WORDS + BAR;
    await vi.advanceTimersByTimeAsync(1);
    expect(document.querySelector(".pg-what")?.textContent).toBe("Checking rows");
    expect(document.querySelector(".pg-count")?.textContent).toBe("250 of 1,000");
    expect(document.querySelector("[role=progressbar]")?.getAttribute("aria-valuenow")).toBe("25");
    await vi.advanceTimersByTimeAsync(5000);
    const link = document.querySelector<HTMLAnchorElement>("[data-result]");
    expect(link?.hidden).toBe(false);
    expect(link?.getAttribute("href")).toBe("/job/result/");
    const before = asked.mock.calls.length;
    await vi.advanceTimersByTimeAsync(20000);
    expect(asked.mock.calls.length).toBe(before);
  });

  it("posts to its cancel address", async () => {
    answers.push(RUNNING);
    document.body.setAttribute("hx-headers", '{"X-CSRFToken": "token"}');
    document.body.innerHTML = WORDS + BAR;
    await vi.advanceTimersByTimeAsync(1);
    document.querySelector<HTMLElement>("[data-cancel-work]")?.click();
    await vi.advanceTimersByTimeAsync(1);
    expect(asked).toHaveBeenCalledWith("/job/stop/", { method: "POST", headers: { "X-CSRFToken": "token" } });
  });
});
