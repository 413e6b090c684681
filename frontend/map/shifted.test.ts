import { describe, expect, it } from "vitest";

import { type Datum, fromWgs84 } from "./datum.ts";
import { affineOf, degreesOf, readAddress, shiftedAddress, shiftedPixel, tilesUnder, worldOf } from "./shifted.ts";

const SIDE = 256;
const GCJ = [116.69547217455138, 35.419679888192874] as const;
const BD = [116.70209187209213, 35.42534457508328] as const;
const SHIFTED: Datum[] = ["GCJ-02", "BD-09"];

/** Return column and row of the tile at a place. */
function tileAt(lon: number, lat: number, z: number): [number, number] {
  const [x, y] = worldOf(lon, lat);
  return [Math.floor(x * 2 ** z), Math.floor(y * 2 ** z)];
}

describe("a shifted base", () => {
  it("has the shift that sanku/common/coordinates.py has", () => {
    // The values of wgs84_to_gcj02 and gcj02_to_bd09 there.
    const [lon, lat] = fromWgs84(116.69, 35.42, "GCJ-02");
    expect(lon).toBeCloseTo(GCJ[0], 9);
    expect(lat).toBeCloseTo(GCJ[1], 9);
    const [lonB, latB] = fromWgs84(116.69, 35.42, "BD-09");
    expect(lonB).toBeCloseTo(BD[0], 9);
    expect(latB).toBeCloseTo(BD[1], 9);
    expect(fromWgs84(2.35, 48.85, "GCJ-02")).toEqual([2.35, 48.85]);
  });

  it.each(SHIFTED)("%s lies within 0.6 pixels of where it belongs, at every zoom and place", (datum) => {
    let worst = 0;
    for (const [lon, lat] of [[116.69, 35.42], [87.6, 43.8], [121.47, 31.23], [110.33, 20.03], [126.6, 45.75]] as const) {
      for (let z = 8; z <= 18; z++) {
        const [x, y] = tileAt(lon, lat, z);
        for (const [dx, dy] of [[0.12, 0.12], [0.55, 0.55], [0.99, 0.99], [0.9, 0.2]] as const) {
          const map = affineOf(datum, z, x, y, Math.floor(dx * 4), Math.floor(dy * 4));
          const [px, py] = shiftedPixel(datum, z, (x + dx) * SIDE, (y + dy) * SIDE);
          const at = [map.a * px + map.c * py + map.e, map.b * px + map.d * py + map.f] as const;
          worst = Math.max(worst, Math.hypot(at[0] - dx * SIDE, at[1] - dy * SIDE));
        }
      }
    }
    expect(worst).toBeLessThan(0.6);
  });

  it.each(SHIFTED)("%s is made of the tiles that lie under it", (datum) => {
    for (const z of [10, 14, 18]) {
      const [x, y] = tileAt(116.69, 35.42, z);
      const under = tilesUnder(datum, z, x, y);
      const [px, py] = shiftedPixel(datum, z, (x + 0.5) * SIDE, (y + 0.5) * SIDE);
      expect(under).toContainEqual([Math.floor(px / SIDE), Math.floor(py / SIDE)]);
      expect(under.length).toBeLessThanOrEqual(9);
    }
  });

  it("keeps places and degrees apart by nothing", () => {
    const [lon, lat] = degreesOf(...worldOf(116.69, 35.42));
    expect(lon).toBeCloseTo(116.69, 10);
    expect(lat).toBeCloseTo(35.42, 10);
  });

  it("hides the other address from whoever fills in the tile", () => {
    const template = "http://127.0.0.1:1/{z}/{x}/{y}.png?a=b";
    const asked = shiftedAddress("GCJ-02", template).replace("{z}", "3").replace("{x}", "4").replace("{y}", "5");
    expect(readAddress(asked)).toEqual({ datum: "GCJ-02", template, z: 3, x: 4, y: 5 });
  });
});
