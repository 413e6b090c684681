/**
 * Tiles of a picture in GCJ-02 or BD-09, drawn so that they lie right under data in WGS-84.
 *
 * A tile of ours is made of the up to nine tiles of theirs that its ground lies on. It is cut into sixteen parts; of
 * each the corners are shifted, and their tiles drawn through the affine map that takes the shifted corners back. The
 * shift is exact at the corners, and what it bends between them stays below 0.6 pixels (shifted.test.ts measures it).
 */
import type { GetResourceResponse, RequestParameters } from "maplibre-gl";

import { type Datum, fromWgs84 } from "./datum.ts";

export const SHIFTED = "shifted";
const SIDE = 256;
const PARTS = 4; // along each side of a tile

/** The affine map from the shifted picture, in pixels of the world at a zoom, to pixels of a tile. */
export interface Affine {
  a: number;
  b: number;
  c: number;
  d: number;
  e: number;
  f: number;
}

/** Return a place of the world, 0 to 1 from the north-west, in degrees. */
export function degreesOf(x: number, y: number): [number, number] {
  return [(x - 0.5) * 360, (Math.atan(Math.sinh((0.5 - y) * 2 * Math.PI)) * 180) / Math.PI];
}

/** Return degrees as a place of the world. */
export function worldOf(lon: number, lat: number): [number, number] {
  return [lon / 360 + 0.5, 0.5 - Math.asinh(Math.tan((lat * Math.PI) / 180)) / (2 * Math.PI)];
}

/** Return where a pixel of a tile of ours lies in the other picture, in pixels of its world at the zoom. */
export function shiftedPixel(datum: Datum, z: number, x: number, y: number): [number, number] {
  const side = 2 ** z * SIDE;
  const [lon, lat] = degreesOf(x / side, y / side);
  const [shiftedX, shiftedY] = worldOf(...fromWgs84(lon, lat, datum));
  return [shiftedX * side, shiftedY * side];
}

/** Return the map that draws the other picture into one part of a tile of ours. */
export function affineOf(datum: Datum, z: number, x: number, y: number, column: number, row: number): Affine {
  const part = SIDE / PARTS;
  const [left, top] = [column * part, row * part];
  const corner = (dx: number, dy: number): [number, number] => shiftedPixel(datum, z, x * SIDE + left + dx, y * SIDE + top + dy);
  const [ox, oy] = corner(0, 0);
  const [rx, ry] = corner(part, 0);
  const [dx, dy] = corner(0, part);
  // Where a pixel to the right and one down lead in their picture; the inverse draws it.
  const [ux, uy, vx, vy] = [(rx - ox) / part, (ry - oy) / part, (dx - ox) / part, (dy - oy) / part];
  const det = ux * vy - vx * uy;
  const [a, c, b, d] = [vy / det, -vx / det, -uy / det, ux / det];
  return { a, b, c, d, e: left - (a * ox + c * oy), f: top - (b * ox + d * oy) };
}

/** Return the tiles of the other picture on which a tile of ours lies. */
export function tilesUnder(datum: Datum, z: number, x: number, y: number): [number, number][] {
  const corners = [0, 1].flatMap((dx) => [0, 1].map((dy) => shiftedPixel(datum, z, (x + dx) * SIDE, (y + dy) * SIDE)));
  const [xs, ys] = [corners.map(([cx]) => cx), corners.map(([, cy]) => cy)];
  const found: [number, number][] = [];
  for (let column = Math.floor(Math.min(...xs) / SIDE); column * SIDE < Math.max(...xs); column++) {
    for (let row = Math.floor(Math.min(...ys) / SIDE); row * SIDE < Math.max(...ys); row++) {
      if (row >= 0 && row < 2 ** z) found.push([((column % 2 ** z) + 2 ** z) % 2 ** z, row]);
    }
  }
  return found;
}

const kept = new Map<string, Promise<ImageBitmap>>();
const MOST_KEPT = 200;

async function imageAt(address: string): Promise<ImageBitmap> {
  const known = kept.get(address);
  if (known) return known;
  const asked = fetch(address).then(async (answer) => {
    if (!answer.ok) throw new Error(`${answer.status}`);
    return createImageBitmap(await answer.blob());
  });
  kept.set(address, asked);
  asked.catch(() => kept.delete(address));
  // A neighbour asks for the same tiles: what was asked for last stays.
  if (kept.size > MOST_KEPT) for (const oldest of [...kept.keys()].slice(0, MOST_KEPT / 4)) kept.delete(oldest);
  return asked;
}

/** Answer MapLibre, which asks for an address of `shiftedAddress` with its tile filled in. */
export async function shiftedTile(request: RequestParameters): Promise<GetResourceResponse<ImageBitmap>> {
  const { datum, template, z, x, y } = readAddress(request.url);
  const under = tilesUnder(datum, z, x, y);
  const images = await Promise.all(under.map(([column, row]) => imageAt(filled(template, z, column, row))));
  const canvas = new OffscreenCanvas(SIDE, SIDE);
  const pen = canvas.getContext("2d");
  if (!pen) throw new Error("no canvas");
  for (let part = 0; part < PARTS * PARTS; part++) {
    const [left, top] = [part % PARTS, Math.floor(part / PARTS)];
    const { a, b, c, d, e, f } = affineOf(datum, z, x, y, left, top);
    pen.save();
    pen.beginPath();
    pen.rect((left * SIDE) / PARTS, (top * SIDE) / PARTS, SIDE / PARTS, SIDE / PARTS);
    pen.clip();
    under.forEach(([column, row], place) => {
      const image = images[place];
      if (!image) return;
      pen.setTransform(a, b, c, d, e + a * column * SIDE + c * row * SIDE, f + b * column * SIDE + d * row * SIDE);
      // Half a pixel more, or a seam would show between two tiles.
      pen.drawImage(image, 0, 0, SIDE + 0.5, SIDE + 0.5);
    });
    pen.restore();
  }
  return { data: canvas.transferToImageBitmap() };
}

function filled(template: string, z: number, x: number, y: number): string {
  return template.replace("{z}", String(z)).replace("{x}", String(x)).replace("{y}", String(y));
}

/** Read shifted://DATUM/Z/X/Y/ADDRESS-WITH-{z}-{x}-{y}. */
export function readAddress(url: string): { datum: Datum; template: string; z: number; x: number; y: number } {
  const [datum = "", z = "", x = "", y = "", ...rest] = url.slice(`${SHIFTED}://`.length).split("/");
  return { datum: datum as Datum, template: decodeURIComponent(rest.join("/")), z: Number(z), x: Number(x), y: Number(y) };
}

/** Return the template that MapLibre fills in; the one of the other picture is hidden in it from MapLibre. */
export function shiftedAddress(datum: Datum, template: string): string {
  return `${SHIFTED}://${datum}/{z}/{x}/{y}/${encodeURIComponent(template)}`;
}
