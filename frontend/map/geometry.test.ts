import { describe, expect, it } from "vitest";

import { area, areaWords, circleRing, distance, length, lengthWords, readShape, ringOf, type Spot, writeShape } from "./geometry.ts";

describe("lengths and areas", () => {
  it("agree with the ellipsoid", () => {
    // By Vincenty's formula: 90,804.2 m along a degree of longitude at 35.5°, 110,945.6 m from 35° to 36°.
    expect(distance([116, 35.5], [116.99, 35.5]) / 0.99).toBeCloseTo(90_700, -3);
    expect(distance([116, 35], [116, 35.99]) / 0.99).toBeCloseTo(110_950, -2);
    expect(length([[116, 35], [116.01, 35], [116.01, 35.01]])).toBeCloseTo(distance([116, 35], [116.01, 35]) + distance([116.01, 35], [116.01, 35.01]), 6);
  });

  it("a circle has the area of its radius", () => {
    const ring = circleRing([116.69, 35.42], 1000);
    expect(Math.abs(area(ring) / (Math.PI * 1e6) - 1)).toBeLessThan(0.002);
    expect(ring[0]).toEqual(ring.at(-1));
  });

  it("an open and a closed ring enclose the same", () => {
    const ring: Spot[] = [[116, 35], [116.01, 35], [116.01, 35.01], [116, 35.01]];
    expect(area([...ring, ring[0] as Spot])).toBeCloseTo(area(ring), 6);
  });

  it("are said with their units", () => {
    expect(lengthWords(9.44)).toBe("9.4 m");
    expect(lengthWords(850)).toBe("850 m");
    expect(lengthWords(12_345)).toBe("12.35 km");
    expect(areaWords(20_000, "mu", "亩")).toBe("30 亩");
    expect(areaWords(20_000, "m2", "亩")).toBe("20,000 m²");
    expect(areaWords(2_000_000, "mu", "亩")).toBe("3,000 亩 (2 km²)");
  });
});

describe("a shape in the address", () => {
  it("comes back the same", () => {
    const text = "p:116.6,35.4;116.7,35.4;116.7,35.5";
    const shape = readShape(text);
    expect(shape && writeShape(shape)).toBe(text);
    expect(shape && ringOf(shape)).toHaveLength(4);
    const circle = readShape("c:116.65,35.42,1500");
    expect(circle && writeShape(circle)).toBe("c:116.65,35.42,1500");
  });

  it.each(["", "p:1,2;3,4", "p:a,b;c,d;e,f", "c:1,2", "c:1,2,-3", "x:1,2,3"])("%s is none", (text) => {
    expect(readShape(text)).toBeNull();
  });
});
