import type { Map as LibreMap } from "maplibre-gl";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

import { Frames } from "./frames.ts";

const EXPIRED = 1;

/** A map whose driver calls itself `renderer`; `drawing` says whether a frame is still being drawn. */
function mapOf(renderer: string) {
  const told = { asked: 0, drawing: true, draw: (): void => undefined };
  const gl = new Proxy({} as Record<string, unknown>, {
    get: (_none, name) => {
      if (name === "drawingBufferWidth" || name === "drawingBufferHeight") return 2;
      if (name === "getParameter") return () => renderer;
      if (name === "clientWaitSync") return () => (told.drawing ? EXPIRED : 0);
      if (name === "fenceSync") return () => ({});
      return name === "TIMEOUT_EXPIRED" ? EXPIRED : String(name).startsWith(String(name).charAt(0).toUpperCase()) ? 0 : () => null;
    },
  });
  const around = document.createElement("div");
  const canvas = around.appendChild(document.createElement("canvas"));
  canvas.getContext = ((kind: string) => (kind === "webgl2" ? gl : null)) as never;
  const map = {
    getCanvas: () => canvas,
    getCanvasContainer: () => around,
    triggerRepaint: () => void told.asked++,
    on: (_name: string, draw: () => void) => (told.draw = draw),
    once: () => undefined,
  };
  return { map: map as unknown as LibreMap, told, around };
}

describe("frames of a machine without a graphics card", () => {
  beforeEach(() => vi.useFakeTimers());
  afterEach(() => vi.useRealTimers());

  it("are shown once they are done, and the next is drawn then", async () => {
    const { map, told, around } = mapOf("ANGLE (Google, Vulkan 1.3.0 (SwiftShader Device (LLVM 10.0.0)))");
    const frames = Frames.of(map);
    expect(around.querySelector(".mframe")).not.toBeNull();
    map.triggerRepaint();
    expect(told.asked).toBe(1);
    told.draw();
    map.triggerRepaint();
    map.triggerRepaint();
    let isShown = false;
    void frames?.shown().then(() => (isShown = true));
    await vi.advanceTimersByTimeAsync(500);
    expect([told.asked, isShown]).toEqual([1, false]);
    told.drawing = false;
    await vi.advanceTimersByTimeAsync(10);
    expect([told.asked, isShown]).toEqual([2, true]);
    await frames?.shown(); // nothing is under way
  });

  it("are left to the browser where a card draws them", () => {
    const { map, around } = mapOf("ANGLE (Intel, Mesa Intel(R) UHD Graphics 620, OpenGL 4.6)");
    expect(Frames.of(map)).toBeNull();
    expect(around.querySelector(".mframe")).toBeNull();
  });
});
