import type { Map as LibreMap } from "maplibre-gl";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

import { followNear, REST_MS } from "./near.ts";

/** A map of which only its view, its moves and the data of its source are real. */
function moved() {
  const shown: unknown[] = [];
  let arrive = (): void => undefined;
  let west = 116;
  const map = {
    getBounds: () => ({ getWest: () => west, getSouth: () => 35, getEast: () => west + 1, getNorth: () => 36 }),
    getSource: (name: string) => (name === "known" ? { setData: (data: unknown) => shown.push(data) } : undefined),
    on: (_event: string, listener: () => void) => (arrive = listener),
  } as unknown as LibreMap;
  followNear(map, "known", "/near.json");
  return { shown, to: (place: number) => ((west = place), arrive()) };
}

const answers = (data: unknown): Response => new Response(JSON.stringify(data));
const found = (more: boolean) => ({ type: "FeatureCollection", features: [], more });

describe("the parcels in view", () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => {
    vi.useRealTimers();
    vi.unstubAllGlobals();
  });

  it("are asked for once where the map rests, and shown", async () => {
    const asked: string[] = [];
    vi.stubGlobal("fetch", async (address: string) => {
      asked.push(address);
      return answers(found(false));
    });
    const map = moved();
    map.to(117);
    map.to(118);
    await vi.advanceTimersByTimeAsync(REST_MS + 1);
    expect(asked).toEqual(["/near.json?box=118.000000,35.000000,119.000000,36.000000"]);
    expect(map.shown).toEqual([found(false)]);
  });

  it("leave what is drawn where there are too many, or no answer", async () => {
    const map = moved();
    for (const answer of [answers(found(true)), new Response("", { status: 500 }), new Response("no JSON")]) {
      vi.stubGlobal("fetch", async () => answer);
      map.to(117);
      await vi.advanceTimersByTimeAsync(REST_MS + 1);
    }
    vi.stubGlobal("fetch", async () => Promise.reject(new Error("offline")));
    map.to(117);
    await vi.advanceTimersByTimeAsync(REST_MS + 1);
    expect(map.shown).toEqual([]);
  });

  it("of a view that was left are given up", async () => {
    const signals: AbortSignal[] = [];
    vi.stubGlobal("fetch", (_address: string, { signal }: { signal: AbortSignal }) => {
      signals.push(signal);
      return new Promise(() => undefined);
    });
    const map = moved();
    map.to(117);
    await vi.advanceTimersByTimeAsync(REST_MS + 1);
    map.to(118);
    await vi.advanceTimersByTimeAsync(REST_MS + 1);
    expect(signals.map((signal) => signal.aborted)).toEqual([true, false]);
  });
});
