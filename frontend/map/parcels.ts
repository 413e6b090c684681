/** The parcels of a file over the base: by what becomes of them, with the zone's boundary and the parcels there are. */
import { type GeoJSONSource, LngLatBounds } from "maplibre-gl";

import { baseMap } from "./base.ts";
import { followNear } from "./near.ts";
import { namesOf } from "./rings.ts";

interface Drawn {
  rows: GeoJSON.FeatureCollection<GeoJSON.Polygon | GeoJSON.MultiPolygon>;
  known: GeoJSON.FeatureCollection<GeoJSON.Polygon | GeoJSON.MultiPolygon>;
}

const NONE: GeoJSON.FeatureCollection = { type: "FeatureCollection", features: [] };

/** Draw what an address gives in the first .parcel-map of an element; `near` answers with the parcels of a box. */
export async function showParcels(element: HTMLElement, address: string, near: string): Promise<void> {
  const place = element.querySelector<HTMLElement>(".parcel-map");
  if (!place) return;
  const [{ map, base, paint, shown }, drawn] = await Promise.all([baseMap(place), drawnAt(address)]);
  map.addSource("zone", { type: "geojson", data: base.zone.boundary ?? NONE });
  map.addSource("known", { type: "geojson", data: drawn.known });
  map.addSource("rows", { type: "geojson", data: drawn.rows });
  map.addSource("rows-names", { type: "geojson", data: { type: "FeatureCollection", features: namesOf(drawn.rows.features) } });
  paint((colours) => [
    { id: "zone-line", type: "line", source: "zone", paint: { "line-color": colours.text, "line-width": 2, "line-dasharray": [4, 2] } },
    { id: "known-fill", type: "fill", source: "known", paint: { "fill-color": colours.label, "fill-opacity": 0.18 } },
    { id: "known-line", type: "line", source: "known", paint: { "line-color": colours.label, "line-width": 1 } },
    { id: "rows-fill", type: "fill", source: "rows", paint: { "fill-color": colours.accent, "fill-opacity": 0.22 } },
    {
      id: "rows-line",
      type: "line",
      source: "rows",
      paint: { "line-color": colours.accent, "line-width": ["match", ["get", "state"], "good", 1.5, 3] },
    },
    {
      id: "rows-number",
      type: "symbol",
      source: "rows-names",
      layout: { "text-field": ["to-string", ["get", "row"]], "text-font": ["sans"], "text-size": 12 },
      paint: { "text-color": colours.text, "text-halo-color": colours.halo, "text-halo-width": 1.5 },
    },
  ]);
  const bounds = boundsOf(drawn.rows);
  if (bounds) map.fitBounds(bounds, { padding: 32, animate: false, maxZoom: 17 });
  (map.getSource("rows") as GeoJSONSource | undefined)?.setData(drawn.rows);
  if (near) followNear(map, "known", near);
  // What takes pictures of the page waits for this mark.
  map.on("idle", () => void shown().then(() => performance.mark("sanku:map-drawn")));
}

async function drawnAt(address: string): Promise<Drawn> {
  const answer = await fetch(address, { headers: { Accept: "application/json" } });
  if (!answer.ok) throw new Error(String(answer.status));
  return (await answer.json()) as Drawn;
}

/** Return what all parcels lie in. */
export function boundsOf(found: Drawn["rows"]): LngLatBounds | null {
  const bounds = new LngLatBounds();
  for (const { geometry } of found.features) {
    const polygons = geometry.type === "Polygon" ? [geometry.coordinates] : geometry.coordinates;
    for (const [shell = []] of polygons) for (const [lon = 0, lat = 0] of shell) bounds.extend([lon, lat]);
  }
  return bounds.isEmpty() ? null : bounds;
}
