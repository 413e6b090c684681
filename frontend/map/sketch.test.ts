import { describe, expect, it } from "vitest";

import { boundaryLayers } from "./boundaries.ts";
import type { Colours } from "./colours.ts";
import { worthOf } from "./expressions.ts";
import { edgesOf, openingOf, tilesInView } from "./opening.ts";
import { drawnLayers, zoneLayers } from "./overlay.ts";
import { linesOf } from "./plain.ts";
import { ORDER, recordLayers } from "./records.ts";
import { type Feature, readTile } from "./tiles.ts";

const COLOURS = new Proxy({}, { get: (_none, name) => `colour of ${String(name)}` }) as Colours;
const SCREEN = { width: 1000, height: 600, room: { top: 64, bottom: 100, left: 30, right: 60 } };
const feature = (properties: Feature["properties"], id = 7): Feature => ({ id, type: 1, properties, paths: [[{ x: 1, y: 2 }]] });
const view = { current: "sites", layers: null, query: new URLSearchParams(), others: {}, at: null, pick: "", national: null };

describe("what the sketch knows of the layers", () => {
  const layers = [...boundaryLayers(COLOURS, false), ...zoneLayers(COLOURS), ...ORDER.flatMap((name) => recordLayers(name, COLOURS)), ...drawnLayers(COLOURS)];

  it.each(layers.map((layer) => [layer.id, layer]))("works out all that %s says", (_id, layer) => {
    const said = Object.entries({ ...layer.layout, ...layer.paint }).filter(([name]) => name !== "text-font");
    for (const [name, expression] of said) expect(worthOf(expression, name)(feature({ kind: "signed", count: 12, label: "x", name: "y" }), 13)).toBeDefined();
    if ("filter" in layer) expect(typeof worthOf(layer.filter, "filter")(feature({ kind: "held" }), 13)).toBe("boolean");
  });

  it("matches, interpolates and looks things up", () => {
    const radius = ["interpolate", ["linear"], ["log10", ["get", "count"]], 0.3, 13, 2, 18, 4, 26];
    expect([1, 100, 1000, 10 ** 6].map((count) => worthOf(radius, "radius")(feature({ count }), 9))).toEqual([13, 18, 22, 26]);
    expect(worthOf(["match", ["get", "kind"], ["a", "b"], 1, 2], "kind")(feature({ kind: "b" }), 9)).toBe(1);
    expect(worthOf(["to-string", ["+", 1, ["index-of", ["get", "kind"], ["literal", ["x", "y"]]]]], "number")(feature({ kind: "y" }), 9)).toBe("2");
    expect(() => worthOf(["match", ["get", "kind"], "a", 1], "kind")).toThrow("at least 4");
  });
});

describe("names on the sketch", () => {
  it("break where they are wider than nine signs, and Latin ones not at all", () => {
    expect(linesOf("示例测图项目3637", 9)).toEqual(["示例测图项目3637"]);
    expect(linesOf("示例智能装备产业园二期厂房", 9)).toEqual(["示例智能装备产", "业园二期厂房"]);
    expect(linesOf("Example Intelligent Equipment", 9)).toHaveLength(1);
  });
});

describe("reading a tile", () => {
  // As sanku.maps.mvt writes a layer "a": a triangle of id 300 with kind "x" and a count of 5.
  const geometry = [9, 4, 6, 18, 20, 0, 0, 20, 15];
  const body = [8, 0xac, 2, 18, 4, 0, 0, 1, 1, 24, 3, 34, geometry.length, ...geometry];
  const text = (field: number, value: string): number[] => [(field << 3) | 2, value.length, ...new TextEncoder().encode(value)];
  const layer = [...text(1, "a"), 18, body.length, ...body, ...text(3, "kind"), ...text(3, "count"), 34, 3, 10, 1, 120, 34, 2, 40, 5, 40, 128, 32, 120, 2];
  const tile = new Uint8Array([26, layer.length, ...layer]);

  it("returns ids, properties and closed rings", () => {
    const [found] = readTile(tile.buffer).get("a") ?? [];
    structuredClone(tile.buffer, { transfer: [tile.buffer] }); // handed on to MapLibre's worker
    expect([found?.id, found?.properties]).toEqual([300, { kind: "x", count: 5 }]);
    expect(found?.paths.map((ring) => ring.map(({ x, y }) => [x, y]))).toEqual([[[2, 3], [12, 3], [12, 13], [2, 3]]]); // prettier-ignore
    expect(readTile(new ArrayBuffer()).size).toBe(0);
  });

  it("refuses what is no tile", () => {
    expect(() => readTile(new TextEncoder().encode("<!doctype html><p>not here").buffer)).toThrow();
  });
});

describe("where the map opens", () => {
  it("takes the address's view before the picked record, the zone and the country", () => {
    const at = { zoom: 22, lat: 35, lon: 116 };
    expect(openingOf({ ...view, at }, { lon: 1, lat: 2 }, null, null, SCREEN)).toEqual({ center: [116, 35], zoom: 20 });
    expect(openingOf(view, { lon: 1, lat: 2 }, [0, 0, 1, 1], null, SCREEN).center).toEqual([1, 2]);
    expect(openingOf(view, null, null, [116, 35], SCREEN)).toEqual({ center: [116, 35], zoom: 12 });
    expect(openingOf(view, null, null, null, SCREEN).zoom).toBe(3.5);
  });

  it("holds the whole zone beside what lies over the edges", () => {
    const [west, south, east, north] = edgesOf(openingOf(view, null, [116, 35, 116.2, 35.05], null, SCREEN), SCREEN);
    expect(west).toBeLessThan(116);
    expect(east).toBeGreaterThan(116.2);
    expect(south).toBeLessThan(35);
    expect(north).toBeGreaterThan(35.05);
    const free = (east - west) * (1 - 90 / 1000);
    expect(free).toBeCloseTo(0.2, 6); // as wide as it can be
  });

  it("covers the screen with tiles, those of the largest zoom drawn larger", () => {
    const tiles = tilesInView({ center: [116.69, 35.42], zoom: 13.5 }, SCREEN, 10);
    expect(tiles.every(({ z, side }) => z === 10 && Math.abs(side - 512 * 2 ** 3.5) < 1e-9)).toBe(true);
    expect(Math.min(...tiles.map(({ left }) => left))).toBeLessThanOrEqual(0);
    expect(Math.max(...tiles.map(({ left, side }) => left + side))).toBeGreaterThanOrEqual(SCREEN.width);
    expect(tilesInView({ center: [0, 0], zoom: 0 }, SCREEN, 10).map(({ x, y }) => [x, y])).toContainEqual([0, 0]);
  });
});
