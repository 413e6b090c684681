/** The extent of coordinates. */

export type Bounds = [number, number, number, number];

/** Return west, south, east, north of GeoJSON coordinates however deep; null where there are none. */
export function boundsOf(coordinates: unknown): Bounds | null {
  const found: Bounds = [Infinity, Infinity, -Infinity, -Infinity];
  widen(coordinates, found);
  return found[0] <= found[2] ? found : null;
}

function widen(part: unknown, found: Bounds): void {
  if (!Array.isArray(part)) return;
  const [lon, lat] = part as unknown[];
  if (typeof lon === "number" && typeof lat === "number") {
    found[0] = Math.min(found[0], lon);
    found[1] = Math.min(found[1], lat);
    found[2] = Math.max(found[2], lon);
    found[3] = Math.max(found[3], lat);
    return;
  }
  for (const inner of part) widen(inner, found);
}
