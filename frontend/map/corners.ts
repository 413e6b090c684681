/** The corners of a parcel under the pointer or finger: chosen, dragged, added from the middle of an edge. */
import type { Map as LibreMap, MapMouseEvent, MapTouchEvent } from "maplibre-gl";

import type { Spot } from "./geometry.ts";
import { added, type Corner, middles, moved, type Rings } from "./rings.ts";

const NEAR_PX = 12;
const FINGER_PX = 24;

/** What the corners belong to. */
export interface Owner {
  rings: Rings;
  readonly busy: boolean;
  /** Remember what is there, before it changes. */
  keep: () => void;
  /** Corners moved: draw them; `done` once the hand is off. */
  show: (chosen: Corner | null, done: boolean) => void;
  snap: (spot: Spot) => Spot | null;
}

/** Let corners be dragged on a map. */
export function dragCorners(map: LibreMap, owner: Owner): void {
  let held: Corner | null = null;
  let kept = false;
  const begin = (event: MapMouseEvent | MapTouchEvent): void => {
    if (owner.busy || ("points" in event && event.points.length > 1)) return;
    const reach = "points" in event ? FINGER_PX : NEAR_PX;
    const corner = nearest(map, owner.rings, event.point, reach);
    kept = false;
    if (corner) held = corner;
    else {
      const edge = nearest(map, owner.rings.map(middles), event.point, reach);
      if (!edge) return;
      owner.keep();
      kept = true;
      owner.rings = added(owner.rings, edge, [event.lngLat.lng, event.lngLat.lat]);
      held = { ring: edge.ring, at: edge.at + 1 };
    }
    event.preventDefault(); // the map stays where it is
    owner.show(held, false);
  };
  const drag = (event: MapMouseEvent | MapTouchEvent): void => {
    if (!held) {
      if (!owner.busy && !("points" in event)) map.getCanvas().style.cursor = under(map, owner.rings, event) ? "move" : "";
      return;
    }
    if (!kept) owner.keep();
    kept = true;
    const spot: Spot = [event.lngLat.lng, event.lngLat.lat];
    owner.rings = moved(owner.rings, held, owner.snap(spot) ?? spot);
    owner.show(held, false);
  };
  const end = (): void => {
    if (held) owner.show(held, true);
    held = null;
  };
  map.on("mousedown", begin);
  map.on("touchstart", begin);
  map.on("mousemove", drag);
  map.on("touchmove", drag);
  for (const name of ["mouseup", "touchend", "touchcancel"] as const) map.on(name, end);
  // A button that was let go outside of the map.
  window.addEventListener("mouseup", end);
}

function under(map: LibreMap, rings: Rings, event: MapMouseEvent): boolean {
  return nearest(map, rings, event.point, NEAR_PX) !== null || nearest(map, rings.map(middles), event.point, NEAR_PX) !== null;
}

/** Return the nearest corner within some pixels. */
export function nearest(map: Pick<LibreMap, "project">, rings: Rings, { x, y }: { x: number; y: number }, reach: number): Corner | null {
  let found: Corner | null = null;
  let best = reach;
  rings.forEach((spots, ring) => {
    spots.forEach((spot, at) => {
      const place = map.project(spot);
      const far = Math.hypot(place.x - x, place.y - y);
      if (far <= best) [found, best] = [{ ring, at }, far];
    });
  });
  return found;
}
