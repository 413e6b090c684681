import { describe, expect, it } from "vitest";

import type { Spot } from "./geometry.ts";
import { added, areaOf, boundaryOf, type Boundary, compared, dropped, middles, moved, namesOf, nudged, Past, removed, ringsOf, snapped, spotIn, textOf } from "./rings.ts";

const square = (half: number, lon = 116.69, lat = 35.42): Spot[] => [
  [lon - half, lat - half],
  [lon + half, lat - half],
  [lon + half, lat + half],
  [lon - half, lat + half],
];

describe("what is written on an area", () => {
  it("stands once, within the largest part and not in its hole", () => {
    const holed = boundaryOf([square(0.003), square(0.001), square(0.0005, 116.7)]) as GeoJSON.MultiPolygon;
    const [lon, lat] = spotIn(holed);
    expect(lat).toBeCloseTo(35.42);
    expect(lon).toBeCloseTo(116.688); // between the western border and the hole
    const [named] = namesOf([{ type: "Feature", geometry: holed, properties: { number: 1 } }]);
    expect(named).toEqual({ type: "Feature", geometry: { type: "Point", coordinates: [lon, lat] }, properties: { number: 1 } });
  });
});

describe("rings and boundaries", () => {
  it("keep holes, islands in them and several parts", () => {
    const rings = [square(0.003), square(0.002), square(0.001), square(0.001, 116.7)];
    const boundary = boundaryOf(rings) as GeoJSON.MultiPolygon;
    expect(boundary.type).toBe("MultiPolygon");
    expect(boundary.coordinates.map((polygon) => polygon.length)).toEqual([2, 1, 1]);
    expect(ringsOf(boundary)).toHaveLength(4);
    expect(boundaryOf(ringsOf(boundary))).toEqual(boundary);
  });

  it("come back as they were", () => {
    const boundary: Boundary = { type: "Polygon", coordinates: [[...square(0.002), square(0.002)[0] as Spot]] };
    expect(boundaryOf(ringsOf(boundary))).toEqual(boundaryOf([square(0.002)]));
    expect(boundaryOf([])).toBeNull();
    expect(boundaryOf([square(0.002).slice(0, 2)])).toBeNull();
    expect(ringsOf(null)).toEqual([]);
  });

  it("enclose ground without their holes", () => {
    const whole = areaOf([square(0.003)]);
    const hole = areaOf([square(0.001)]);
    expect(areaOf([square(0.003), square(0.001)])).toBeCloseTo(whole - hole, 6);
    expect(areaOf([square(0.003), square(0.001, 116.7)])).toBeCloseTo(whole + hole, 0);
  });
});

describe("corners", () => {
  const rings = [square(0.002), square(0.001)];

  it("are moved, added and taken away", () => {
    expect(moved(rings, { ring: 1, at: 2 }, [1, 2])[1]?.[2]).toEqual([1, 2]);
    expect(moved(rings, { ring: 1, at: 2 }, [1, 2])[0]).toBe(rings[0]);
    expect(added(rings, { ring: 0, at: 3 }, [1, 2])[0]?.[4]).toEqual([1, 2]);
    expect(removed(rings, { ring: 0, at: 0 })[0]).toHaveLength(3);
    expect(dropped(rings, 0)).toEqual([rings[1]]);
    expect(middles(square(1, 0, 0))[0]).toEqual([0, -1]);
  });

  it("take their ring along when fewer than three are left", () => {
    const triangle = [square(0.001).slice(0, 3)];
    expect(removed(triangle, { ring: 0, at: 1 })).toEqual([]);
  });

  it("move by metres", () => {
    const [lon, lat] = nudged([116.69, 35.42], 100, -50);
    expect((lon - 116.69) * 90_900).toBeCloseTo(100, 0);
    expect((lat - 35.42) * 110_950).toBeCloseTo(-50, 0);
  });
});

describe("snapping", () => {
  const neighbour = [square(0.001)];
  const [corner] = square(0.001) as [Spot];

  it("prefers a corner to an edge", () => {
    expect(snapped(nudged(corner, 2, 0.5), neighbour, 3)).toEqual(corner);
  });

  it("takes the foot on an edge where no corner is near", () => {
    const found = snapped(nudged([116.69, 35.419], 0, -2), neighbour, 3);
    expect(found?.[0]).toBeCloseTo(116.69, 9);
    expect(found?.[1]).toBeCloseTo(35.419, 9);
  });

  it("leaves alone what is far", () => {
    expect(snapped(nudged(corner, -9, 0), neighbour, 3)).toBeNull();
  });
});

describe("what was", () => {
  it("comes back in turn, the oldest is forgotten", () => {
    const past = new Past<number>(2);
    [1, 2, 3].forEach((step) => past.push(step));
    expect([past.size, past.pop(), past.pop(), past.pop()]).toEqual([2, 3, 2, undefined]);
  });
});

describe("areas", () => {
  it("are compared as the server compares them", () => {
    expect(compared(10_090, 10_000, 0.01, 20)).toEqual({ m2: 90, percent: 0.8999999999999999, fits: true });
    expect(compared(10_101, 10_000, 0.01, 20).fits).toBe(false);
    expect(compared(119, 100, 0.01, 20).fits).toBe(true);
  });
});

it("writes corners line by line, rings apart", () => {
  expect(textOf([[[1, 2]], [[3, 4]]], (lon, lat) => [lon, lat])).toBe("1.000000000, 2.000000000\n\n3.000000000, 4.000000000");
});
