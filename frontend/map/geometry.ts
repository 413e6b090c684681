/** Lengths, areas and drawn shapes in degrees WGS-84; the same formulas as sanku/common/shapes.py. */

export type Spot = [number, number];

const RADIUS_M = 6371008.8;
const CIRCLE_CORNERS = 96;
const MU_M2 = 2000 / 3;

const radians = (degrees: number): number => (degrees * Math.PI) / 180;

/** Return how long a degree of longitude and one of latitude are, on the WGS-84 ellipsoid. */
export function metresPerDegree(lat: number): Spot {
  const turn = radians(lat);
  return [
    111412.84 * Math.cos(turn) - 93.5 * Math.cos(3 * turn) + 0.118 * Math.cos(5 * turn),
    111132.954 - 559.822 * Math.cos(2 * turn) + 1.175 * Math.cos(4 * turn),
  ];
}

/** Return metres between two spots: on the ellipsoid's plane where they are near, on the sphere where far. */
export function distance([lon1, lat1]: Spot, [lon2, lat2]: Spot): number {
  if (Math.abs(lat1 - lat2) < 1 && Math.abs(lon1 - lon2) < 1) {
    const [across, along] = metresPerDegree((lat1 + lat2) / 2);
    return Math.hypot((lon2 - lon1) * across, (lat2 - lat1) * along);
  }
  const h = Math.sin(radians(lat2 - lat1) / 2) ** 2 + Math.cos(radians(lat1)) * Math.cos(radians(lat2)) * Math.sin(radians(lon2 - lon1) / 2) ** 2;
  return 2 * RADIUS_M * Math.asin(Math.sqrt(h));
}

/** Return metres along a line. */
export function length(line: Spot[]): number {
  return line.reduce((sum, spot, place) => sum + (place ? distance(line[place - 1] as Spot, spot) : 0), 0);
}

/** Return the square metres that a ring (open or closed) encloses. */
export function area(ring: Spot[]): number {
  const lats = ring.map(([, lat]) => lat);
  const [across, along] = metresPerDegree((Math.min(...lats) + Math.max(...lats)) / 2);
  const twice = ring.reduce((sum, [x1, y1], place) => {
    const [x2, y2] = ring[(place + 1) % ring.length] as Spot;
    return sum + x1 * y2 - x2 * y1;
  }, 0);
  return (Math.abs(twice) / 2) * across * along;
}

/** Return the ring in place of a circle. */
export function circleRing([lon, lat]: Spot, radius: number): Spot[] {
  const [across, along] = metresPerDegree(lat);
  const corners = Array.from({ length: CIRCLE_CORNERS }, (_, place): Spot => {
    const turn = (place / CIRCLE_CORNERS) * 2 * Math.PI;
    return [lon + (radius / across) * Math.cos(turn), lat + (radius / along) * Math.sin(turn)];
  });
  return [...corners, corners[0] as Spot];
}

/** A drawn shape as it stands in the address. */
export type Shape = { kind: "polygon"; ring: Spot[] } | { kind: "circle"; middle: Spot; radius: number };

const short = (value: number): string => String(Math.round(value * 1e6) / 1e6);

/** Write a shape as an address holds it. */
export function writeShape(shape: Shape): string {
  if (shape.kind === "circle") return `c:${shape.middle.map(short).join(",")},${Math.round(shape.radius)}`;
  return `p:${open(shape.ring).map((spot) => spot.map(short).join(",")).join(";")}`;
}

/** Read a shape from an address; null where it is none. */
export function readShape(text: string): Shape | null {
  const rest = text.slice(2);
  if (text.startsWith("c:")) {
    const [lon, lat, radius] = rest.split(",").map(Number);
    return lon !== undefined && lat !== undefined && radius !== undefined && [lon, lat, radius].every(Number.isFinite) && radius > 0
      ? { kind: "circle", middle: [lon, lat], radius }
      : null;
  }
  if (!text.startsWith("p:")) return null;
  const ring = rest.split(";").map((pair) => pair.split(",").map(Number));
  if (ring.length < 3 || !ring.every((spot) => spot.length === 2 && spot.every(Number.isFinite))) return null;
  return { kind: "polygon", ring: ring as Spot[] };
}

/** Return a ring's spots, the first not repeated at the end. */
export function open(ring: Spot[]): Spot[] {
  const [first, last] = [ring[0], ring.at(-1)];
  return ring.length > 1 && first && last && first[0] === last[0] && first[1] === last[1] ? ring.slice(0, -1) : ring;
}

/** Return the closed ring of a shape. */
export function ringOf(shape: Shape): Spot[] {
  if (shape.kind === "circle") return circleRing(shape.middle, shape.radius);
  const ring = open(shape.ring);
  return [...ring, ring[0] as Spot];
}

const grouped = (value: number, digits: number): string => value.toLocaleString("en", { maximumFractionDigits: digits });

/** Say a length: metres, from a kilometre on kilometres. */
export function lengthWords(metres: number): string {
  return metres < 1000 ? `${grouped(metres, metres < 10 ? 1 : 0)} m` : `${grouped(metres / 1000, 2)} km`;
}

/** Say an area in mu and in square metres, as exactly as parcels are compared. */
export function bothUnits(m2: number, mu: string): string {
  return `${grouped(m2 / MU_M2, 2)} ${mu} (${grouped(m2, 1)} m²)`;
}

/** Say an area in the zone's unit, square kilometres beside it where it is large. */
export function areaWords(m2: number, unit: string, mu: string): string {
  const own = unit === "m2" ? `${grouped(m2, 0)} m²` : `${grouped(m2 / MU_M2, m2 < 100 * MU_M2 ? 1 : 0)} ${mu}`;
  return m2 < 1e5 ? own : `${own} (${grouped(m2 / 1e6, 2)} km²)`;
}
