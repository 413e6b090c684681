/** Where the map opens, and which tiles lie in view there: known before anything that draws it is loaded. */
import type { View } from "./address.ts";
import type { Bounds } from "./bounds.ts";
import type { Spot } from "./geometry.ts";

/** The side of a tile on the screen where its zoom is the map's. */
export const TILE = 512;
const PICK_ZOOM = 15.5;
const LARGEST_ZOOM = 20;
const CHINA: Opening = { center: [104, 36], zoom: 3.5 };

export interface Opening {
  center: Spot;
  zoom: number;
}

export interface Screen {
  width: number;
  height: number;
  /** What lies over the map's edges, in pixels. */
  room: { top: number; bottom: number; left: number; right: number };
}

/** Return a place on the world's square, 0 to 1, y down. */
export function worldOf([lon, lat]: Spot): Spot {
  const sine = Math.sin((lat * Math.PI) / 180);
  return [lon / 360 + 0.5, 0.5 - Math.log((1 + sine) / (1 - sine)) / (4 * Math.PI)];
}

function placeOf([x, y]: Spot): Spot {
  return [(x - 0.5) * 360, (Math.atan(Math.exp((0.5 - y) * 2 * Math.PI)) * 360) / Math.PI - 90];
}

/** Return where the map opens: the address's view, else the picked record, what is drawn or the zone, its middle, the country. */
export function openingOf(view: View, picked: { lon: number; lat: number } | null, whole: Bounds | null, centre: Spot | null, screen: Screen): Opening {
  if (view.at) return { center: [view.at.lon, view.at.lat], zoom: Math.min(view.at.zoom, LARGEST_ZOOM) };
  if (picked) return { center: [picked.lon, picked.lat], zoom: PICK_ZOOM };
  if (whole) return fitted(whole, screen);
  return centre ? { center: centre, zoom: 12 } : CHINA;
}

function fitted([west, south, east, north]: Bounds, { width, height, room }: Screen): Opening {
  const [left, top] = worldOf([west, north]);
  const [right, bottom] = worldOf([east, south]);
  const wide = Math.max(width - room.left - room.right, 50);
  const high = Math.max(height - room.top - room.bottom, 50);
  const zoom = Math.min(Math.log2(wide / TILE / (right - left)), Math.log2(high / TILE / (bottom - top)), LARGEST_ZOOM);
  const side = TILE * 2 ** zoom;
  const middle: Spot = [(left + right) / 2 + (room.right - room.left) / 2 / side, (top + bottom) / 2 + (room.bottom - room.top) / 2 / side];
  return { center: placeOf(middle), zoom };
}

/** Return the edges of what is in view: west, south, east, north. */
export function edgesOf({ center, zoom }: Opening, { width, height }: Screen): Bounds {
  const [x, y] = worldOf(center);
  const side = TILE * 2 ** zoom;
  const [west, north] = placeOf([x - width / 2 / side, y - height / 2 / side]);
  const [east, south] = placeOf([x + width / 2 / side, y + height / 2 / side]);
  return [west, south, east, north];
}

export interface TileInView {
  z: number;
  x: number;
  y: number;
  /** Its upper left corner and its side on the screen, in pixels. */
  left: number;
  top: number;
  side: number;
}

/** Return the tiles in view, those of `largest` drawn larger where the map is closer. */
export function tilesInView({ center, zoom }: Opening, { width, height }: Screen, largest: number): TileInView[] {
  const z = Math.max(Math.min(Math.floor(zoom), largest), 0);
  const side = TILE * 2 ** (zoom - z);
  const many = 2 ** z;
  const [x, y] = worldOf(center);
  const [left, top] = [x * many * side - width / 2, y * many * side - height / 2];
  const found: TileInView[] = [];
  for (let row = Math.max(Math.floor(top / side), 0); row < Math.min((top + height) / side, many); row++)
    for (let column = Math.floor(left / side); column < (left + width) / side; column++)
      found.push({ z, x: ((column % many) + many) % many, y: row, left: column * side - left, top: row * side - top, side });
  return found;
}

/** Return a tile's address. */
export function addressOf(template: string, { z, x, y }: TileInView): string {
  return template.replace("{z}", String(z)).replace("{x}", String(x)).replace("{y}", String(y));
}
