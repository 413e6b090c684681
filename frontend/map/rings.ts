/** A parcel as an editor holds it: rings of corners, a ring within another being a hole in it. Plain values, no map. */
import { area, metresPerDegree, open, type Spot } from "./geometry.ts";

/** Open rings: the first corner is not repeated. */
export type Rings = Spot[][];
export type Boundary = GeoJSON.Polygon | GeoJSON.MultiPolygon;
/** A corner by ring and place. */
export interface Corner {
  ring: number;
  at: number;
}

const DIGITS = 1e9; // a tenth of a millimetre, as boundaries are stored

/** Return the rings of a boundary. */
export function ringsOf(boundary: Boundary | null): Rings {
  if (!boundary) return [];
  const polygons = boundary.type === "Polygon" ? [boundary.coordinates] : boundary.coordinates;
  return polygons.flatMap((polygon) => polygon.map((ring) => open(ring as Spot[]).map(([lon, lat]): Spot => [lon, lat])));
}

/** Return rings as a boundary; null where there are none. A ring within an odd number of others is a hole. */
export function boundaryOf(rings: Rings): Boundary | null {
  const whole = rings.filter((ring) => ring.length > 2);
  const around = whole.map((ring, own) => whole.flatMap((other, at) => (at !== own && isIn(ring[0] as Spot, other) ? [at] : [])));
  const polygons = whole.flatMap((ring, own) => {
    const depth = around[own]?.length ?? 0;
    if (depth % 2) return [];
    const holes = whole.filter((_, at) => around[at]?.length === depth + 1 && around[at].includes(own));
    return [[ring, ...holes].map(closed)];
  });
  const [first] = polygons;
  if (!first) return null;
  return polygons.length === 1 ? { type: "Polygon", coordinates: first } : { type: "MultiPolygon", coordinates: polygons };
}

function closed(ring: Spot[]): Spot[] {
  const rounded = ring.map(([lon, lat]): Spot => [Math.round(lon * DIGITS) / DIGITS, Math.round(lat * DIGITS) / DIGITS]);
  return [...rounded, rounded[0] as Spot];
}

/** Tell whether a spot lies in a ring. */
export function isIn([x, y]: Spot, ring: Spot[]): boolean {
  let inside = false;
  ring.forEach(([x1, y1], place) => {
    const [x2, y2] = ring[(place + 1) % ring.length] as Spot;
    if (y1 > y !== y2 > y && x < ((x2 - x1) * (y - y1)) / (y2 - y1) + x1) inside = !inside;
  });
  return inside;
}

/** Return a spot within a boundary: on the line half way up its largest part, the middle of where that is widest. */
export function spotIn(boundary: Boundary): Spot {
  const polygons = (boundary.type === "Polygon" ? [boundary.coordinates] : boundary.coordinates) as Spot[][][];
  const [largest = []] = [...polygons].sort(([one = []], [other = []]) => area(other) - area(one));
  const heights = (largest[0] ?? []).map(([, lat]) => lat);
  const y = (Math.min(...heights) + Math.max(...heights)) / 2;
  const crossed = largest
    .flatMap((ring) => ring.flatMap(([x1, y1], at) => {
      const [x2, y2] = ring[(at + 1) % ring.length] as Spot;
      return y1 > y === y2 > y ? [] : [((x2 - x1) * (y - y1)) / (y2 - y1) + x1];
    }))
    .sort((one, other) => one - other);
  let best: [number, number] = [crossed[0] ?? 0, crossed[0] ?? 0];
  for (let at = 0; at + 1 < crossed.length; at += 2) {
    const [west, east] = [crossed[at] ?? 0, crossed[at + 1] ?? 0];
    if (east - west > best[1] - best[0]) best = [west, east];
  }
  return crossed.length ? [(best[0] + best[1]) / 2, y] : (largest[0]?.[0] ?? [0, 0]);
}

/** Return points in the place of areas, for what is written on them once: an area's own name stands in every tile it reaches. */
export function namesOf(features: GeoJSON.Feature[]): GeoJSON.Feature[] {
  return features.map((one) =>
    one.geometry.type === "Polygon" || one.geometry.type === "MultiPolygon" ? { ...one, geometry: { type: "Point", coordinates: spotIn(one.geometry) } } : one,
  );
}

/** Return the square metres that rings enclose, holes taken off. */
export function areaOf(rings: Rings): number {
  const boundary = boundaryOf(rings);
  if (!boundary) return 0;
  const polygons = boundary.type === "Polygon" ? [boundary.coordinates] : boundary.coordinates;
  return polygons.reduce((sum, [shell = [], ...holes]) => sum + area(shell as Spot[]) - holes.reduce((all, hole) => all + area(hole as Spot[]), 0), 0);
}

/** Return rings with a corner elsewhere. */
export function moved(rings: Rings, { ring, at }: Corner, to: Spot): Rings {
  return rings.map((spots, place) => (place === ring ? spots.map((spot, corner) => (corner === at ? to : spot)) : spots));
}

/** Return rings with a further corner after one. */
export function added(rings: Rings, { ring, at }: Corner, spot: Spot): Rings {
  return rings.map((spots, place) => (place === ring ? [...spots.slice(0, at + 1), spot, ...spots.slice(at + 1)] : spots));
}

/** Return rings without a corner; a ring of fewer than three goes with it. */
export function removed(rings: Rings, { ring, at }: Corner): Rings {
  return rings.map((spots, place) => (place === ring ? spots.filter((_, corner) => corner !== at) : spots)).filter((spots) => spots.length > 2);
}

/** Return rings without one of them. */
export function dropped(rings: Rings, ring: number): Rings {
  return rings.filter((_, place) => place !== ring);
}

/** Return where an edge's middle is, after each corner. */
export function middles(ring: Spot[]): Spot[] {
  return ring.map(([x1, y1], place) => {
    const [x2, y2] = ring[(place + 1) % ring.length] as Spot;
    return [(x1 + x2) / 2, (y1 + y2) / 2];
  });
}

/** Return a spot metres to the east and north of another. */
export function nudged([lon, lat]: Spot, east: number, north: number): Spot {
  const [across, along] = metresPerDegree(lat);
  return [lon + east / across, lat + north / along];
}

/** What a corner snaps to: corners of neighbours, else their edges, within `reach` metres. Null: to nothing. */
export function snapped(spot: Spot, others: Rings, reach: number): Spot | null {
  const [across, along] = metresPerDegree(spot[1]);
  let corner: { spot: Spot; far: number } | null = null;
  let edge: { spot: Spot; far: number } | null = null;
  const [wide, high] = [reach / across, reach / along];
  for (const ring of others) {
    for (let place = 0; place < ring.length; place += 1) {
      const one = ring[place] as Spot;
      const next = ring[(place + 1) % ring.length] as Spot;
      if (Math.max(one[0], next[0]) < spot[0] - wide || Math.min(one[0], next[0]) > spot[0] + wide) continue;
      if (Math.max(one[1], next[1]) < spot[1] - high || Math.min(one[1], next[1]) > spot[1] + high) continue;
      const far = Math.hypot((one[0] - spot[0]) * across, (one[1] - spot[1]) * along);
      if (far <= reach && far < (corner?.far ?? Infinity)) corner = { spot: one, far };
      const foot = footOf(spot, one, next, across, along);
      const off = Math.hypot((foot[0] - spot[0]) * across, (foot[1] - spot[1]) * along);
      if (off <= reach && off < (edge?.far ?? Infinity)) edge = { spot: foot, far: off };
    }
  }
  return (corner ?? edge)?.spot ?? null;
}

function footOf([x, y]: Spot, [x1, y1]: Spot, [x2, y2]: Spot, across: number, along: number): Spot {
  const [dx, dy] = [(x2 - x1) * across, (y2 - y1) * along];
  const length = dx * dx + dy * dy;
  const share = length ? Math.min(1, Math.max(0, ((x - x1) * across * dx + (y - y1) * along * dy) / length)) : 0;
  return [x1 + (x2 - x1) * share, y1 + (y2 - y1) * share];
}

/** What was, step by step: `push` before a change, `pop` takes it back. */
export class Past<T> {
  private readonly steps: T[] = [];

  constructor(private readonly most = 200) {}

  push(state: T): void {
    this.steps.push(state);
    if (this.steps.length > this.most) this.steps.shift();
  }

  pop(): T | undefined {
    return this.steps.pop();
  }

  get size(): number {
    return this.steps.length;
  }
}

/** How a drawn area compares with the stated one: by how much, in square metres and percent, and whether that is within what is allowed. */
export function compared(drawn: number, stated: number, tolerance: number, toleranceM2: number): { m2: number; percent: number; fits: boolean } {
  const m2 = drawn - stated;
  return { m2, percent: (m2 / stated) * 100, fits: Math.abs(m2) <= Math.max(tolerance * stated, toleranceM2) };
}

/** Write corners as text in the form of sanku/sites/corners.py. */
export function textOf(rings: Rings, convert: (lon: number, lat: number) => Spot): string {
  return rings
    .map((ring) =>
      ring
        .map(([lon, lat]) => {
          const [x, y] = convert(lon, lat);
          return `${x.toFixed(9)}, ${y.toFixed(9)}`;
        })
        .join("\n"),
    )
    .join("\n\n");
}
