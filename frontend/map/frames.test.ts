import type { Map as LibreMap } from "maplibre-gl";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

import { Frames } from "./frames.ts";

const EXPIRED = 1;
const SWIFTSHADER = "ANGLE (Google, Vulkan 1.3.0 (SwiftShader Device (LLVM 10.0.0)))";

/**
 * A flat map whose driver calls itself `renderer`, a degree being a pixel; `drawing` says whether what was given to the
 * driver is still being drawn. A frame is `calls` draws.
 */
function mapOf(renderer: string) {
  const told = { drawn: 0, calls: 1, given: 0, drawing: true, moving: false, tiles: true, zoom: 10, lng: 0, lat: 0, steps: 0 };
  const nothing = () => null;
  const commands = { bindBuffer: nothing, bindFramebuffer: nothing, bindRenderbuffer: nothing, bufferData: nothing, framebufferRenderbuffer: nothing, readPixels: nothing, renderbufferStorage: nothing };
  const asked = { createBuffer: nothing, createFramebuffer: nothing, createRenderbuffer: nothing, deleteSync: nothing, flush: nothing, getBufferSubData: nothing, getExtension: nothing };
  const gl = Object.assign(
    Object.create({
      ...commands,
      ...asked,
      getParameter: () => renderer,
      fenceSync: () => ({}),
      clientWaitSync: () => (told.drawing ? EXPIRED : 0),
      drawElements: () => told.given++,
    }),
    { drawingBufferWidth: 2, drawingBufferHeight: 2, TIMEOUT_EXPIRED: EXPIRED },
  );
  const around = document.createElement("div");
  const canvas = around.appendChild(document.createElement("canvas"));
  canvas.getContext = ((kind: string) => (kind === "webgl2" ? gl : null)) as never;
  const map = {
    getCanvas: () => canvas,
    getCanvasContainer: () => around,
    getContainer: () => ({ clientWidth: 100, clientHeight: 100 }),
    getCenter: () => ({ lng: told.lng, lat: told.lat }),
    getZoom: () => told.zoom,
    unproject: ([x = 0, y = 0]: number[]) => ({ lng: told.lng + x - 50, lat: told.lat - y + 50 }),
    project: ([lng = 0, lat = 0]: number[]) => ({ x: lng - told.lng + 50, y: told.lat - lat + 50 }),
    isMoving: () => told.moving,
    areTilesLoaded: () => told.tiles,
    triggerRepaint: () => undefined,
    redraw: () => map.painter.render(),
    painter: {
      render: () => {
        told.drawn++;
        for (let call = 0; call < told.calls; call++) gl.drawElements(0, 6, 0, 0);
      },
    },
    _renderTaskQueue: { run: () => void told.steps++ },
    once: () => undefined,
  };
  return { map: map as unknown as LibreMap, told, around, gl, asMade: Object.keys(gl) };
}

/** Open a map and have its first frame drawn in 100 ms. */
async function opened() {
  const made = mapOf(SWIFTSHADER);
  const frames = Frames.of(made.map);
  const picture = made.around.querySelector<HTMLElement>(".mframe");
  made.map.triggerRepaint();
  await vi.advanceTimersByTimeAsync(120);
  made.told.drawing = false;
  await vi.advanceTimersByTimeAsync(10);
  expect(made.told.drawn).toBe(1);
  return { ...made, frames, picture };
}

describe("frames of a machine without a graphics card", () => {
  beforeEach(() => vi.useFakeTimers());
  afterEach(() => vi.useRealTimers());

  it("are shown once they are done, and the next is drawn then", async () => {
    const { map, told, around } = mapOf(SWIFTSHADER);
    const frames = Frames.of(map);
    expect(around.querySelector(".mframe")).not.toBeNull();
    map.triggerRepaint();
    await vi.advanceTimersByTimeAsync(20);
    expect(told.drawn).toBe(1);
    map.triggerRepaint();
    map.triggerRepaint();
    let isShown = false;
    void frames?.shown().then(() => (isShown = true));
    await vi.advanceTimersByTimeAsync(500);
    expect([told.drawn, isShown, around.className]).toEqual([1, false, "framed drawing"]);
    told.drawing = false;
    await vi.advanceTimersByTimeAsync(50);
    expect([told.drawn, isShown, around.className]).toEqual([2, true, "framed"]);
    await frames?.shown(); // nothing is under way
  });

  it("are given to the driver in portions, and shown after the last", async () => {
    const { map, told, around, frames } = await opened();
    told.given = 0;
    told.calls = 40;
    told.drawing = true;
    map.triggerRepaint();
    await vi.advanceTimersByTimeAsync(50);
    const isShown = vi.fn();
    void frames?.shown().then(isShown);
    const first = told.given;
    expect(first).toBeGreaterThan(0);
    expect(first).toBeLessThan(20);
    map.redraw(); // by somebody else, in the midst of it
    await vi.advanceTimersByTimeAsync(50);
    expect([told.given, told.drawn]).toEqual([first, 3]);
    told.drawing = false;
    await vi.advanceTimersByTimeAsync(5);
    expect(told.given).toBe(2 * first);
    expect(isShown).not.toHaveBeenCalled();
    await vi.advanceTimersByTimeAsync(100);
    expect([told.given, isShown.mock.calls.length, around.className]).toEqual([80, 1, "framed"]);
  });

  it("are drawn seldom while the map moves, and the last one follows it", async () => {
    const { map, told, picture, around } = await opened();
    told.moving = true;
    [told.lng, told.lat] = [10, 5];
    map.triggerRepaint();
    await vi.advanceTimersByTimeAsync(20);
    expect([told.drawn, told.steps, picture?.style.transform]).toEqual([1, 2, "translate(-10.00px, 5.00px) scale(1, -1)"]);
    told.zoom = 11;
    map.triggerRepaint();
    await vi.advanceTimersByTimeAsync(20);
    expect([told.drawn, picture?.style.transform]).toEqual([1, "translate(-10.00px, 5.00px) scale(2, -2)"]);
    await vi.advanceTimersByTimeAsync(400); // held still, it is drawn as well
    expect([told.drawn, picture?.style.transform, around.className]).toEqual([2, "translate(0.00px, 0.00px) scale(1, -1)", "framed"]);
  });

  it("are drawn at once where the map comes to rest", async () => {
    const { map, told } = await opened();
    told.moving = true;
    map.triggerRepaint();
    await vi.advanceTimersByTimeAsync(20);
    told.moving = false;
    map.triggerRepaint();
    await vi.advanceTimersByTimeAsync(20);
    expect(told.drawn).toBe(2);
    await vi.advanceTimersByTimeAsync(1000);
    expect(told.drawn).toBe(2); // and not once more
  });

  it("wait for the tiles that a move brought into view, though not for long", async () => {
    const { map, told } = await opened();
    const moveTo = async (tiles: boolean) => {
      [told.moving, told.tiles] = [true, tiles];
      map.triggerRepaint();
      await vi.advanceTimersByTimeAsync(20);
      told.moving = false;
      map.triggerRepaint();
      await vi.advanceTimersByTimeAsync(100);
    };
    await moveTo(false);
    expect(told.drawn).toBe(1);
    told.tiles = true;
    map.triggerRepaint(); // a tile came
    await vi.advanceTimersByTimeAsync(20);
    expect(told.drawn).toBe(2);
    await vi.advanceTimersByTimeAsync(1000);
    await moveTo(false);
    expect(told.drawn).toBe(2);
    await vi.advanceTimersByTimeAsync(300);
    expect(told.drawn).toBe(3);
    map.triggerRepaint(); // what comes later is drawn as it comes
    await vi.advanceTimersByTimeAsync(50);
    expect(told.drawn).toBe(4);
  });

  it("follow the map across the date line", async () => {
    const { map, told, picture } = await opened();
    told.moving = true;
    told.lng = 350; // ten degrees to the west
    map.triggerRepaint();
    await vi.advanceTimersByTimeAsync(20);
    expect(picture?.style.transform).toContain("translate(10.00px");
  });

  it("are left to the browser again once the driver was lost", async () => {
    const { map, told, around, gl, asMade } = await opened();
    map.triggerRepaint();
    map.getCanvas().dispatchEvent(new Event("webglcontextlost"));
    await vi.advanceTimersByTimeAsync(100);
    expect([told.drawn, around.className, around.querySelector(".mframe"), Object.keys(gl)]).toEqual([1, "", null, asMade]);
  });

  it("are left to the browser where a card draws them", () => {
    const { map, around } = mapOf("ANGLE (Intel, Mesa Intel(R) UHD Graphics 620, OpenGL 4.6)");
    expect(Frames.of(map)).toBeNull();
    expect(around.querySelector(".mframe")).toBeNull();
  });
});
