/** How the editor of parcels draws: neighbours, the parcel, its corners, cuts, and what becomes of it. */
import type { GeoJSONSource, LayerSpecification, Map as LibreMap } from "maplibre-gl";

import type { Colours } from "./colours.ts";
import type { Spot } from "./geometry.ts";
import { boundaryOf, type Corner, middles, namesOf, type Rings } from "./rings.ts";

const EMPTY: GeoJSON.FeatureCollection = { type: "FeatureCollection", features: [] };
const SOURCES = ["zone", "near", "parts", "parcel", "corners", "cuts"] as const;
export type Source = (typeof SOURCES)[number];
const NAMED: readonly Source[] = ["near", "parts"]; // areas with something written on them
const MOST_CORNERS = 2_000; // on the screen at once; far out they would only hide the parcel

export function addSources(map: LibreMap): void {
  for (const name of [...SOURCES, ...NAMED.map((source) => `${source}-names`)]) map.addSource(name, { type: "geojson", data: EMPTY });
}

export function show(map: LibreMap, source: Source, features: GeoJSON.Feature[]): void {
  map.getSource<GeoJSONSource>(source)?.setData({ type: "FeatureCollection", features });
  if (NAMED.includes(source)) map.getSource<GeoJSONSource>(`${source}-names`)?.setData({ type: "FeatureCollection", features: namesOf(features) });
}

const feature = (geometry: GeoJSON.Geometry, properties: GeoJSON.GeoJsonProperties = {}): GeoJSON.Feature => ({ type: "Feature", geometry, properties });

/** Show rings, and what can be taken hold of. */
export function showRings(map: LibreMap, rings: Rings, chosen: Corner | null, editable: boolean): void {
  const boundary = boundaryOf(rings);
  show(map, "parcel", boundary ? [feature(boundary)] : []);
  if (!editable) return;
  const bounds = map.getBounds();
  const corners: GeoJSON.Feature[] = [];
  rings.forEach((ring, place) => {
    ring.forEach((spot, at) => {
      if (bounds.contains(spot)) corners.push(feature({ type: "Point", coordinates: spot }, { kind: chosen?.ring === place && chosen.at === at ? "chosen" : "corner" }));
    });
    for (const spot of middles(ring)) if (bounds.contains(spot)) corners.push(feature({ type: "Point", coordinates: spot }, { kind: "middle" }));
  });
  show(map, "corners", corners.length > MOST_CORNERS ? [] : corners);
}

export function showCuts(map: LibreMap, cuts: Spot[][]): void {
  show(map, "cuts", cuts.map((line) => feature({ type: "LineString", coordinates: line })));
}

export function layers(colours: Colours): LayerSpecification[] {
  const number = (source: Source, text: string): LayerSpecification => ({
    id: `${source}-label`,
    type: "symbol",
    source: `${source}-names`,
    layout: { "text-field": ["to-string", ["get", text]], "text-font": ["sans"], "text-size": source === "parts" ? 15 : 12, "text-max-width": 9 },
    paint: { "text-color": colours.text, "text-halo-color": colours.halo, "text-halo-width": 1.6 },
  });
  return [
    { id: "zone-line", type: "line", source: "zone", paint: { "line-color": colours.accent, "line-width": 1.8, "line-dasharray": [6, 2, 1.5, 2] } },
    { id: "near-fill", type: "fill", source: "near", paint: { "fill-color": colours.label, "fill-opacity": 0.14 } },
    { id: "near-line", type: "line", source: "near", paint: { "line-color": colours.label, "line-width": 1.1 } },
    number("near", "label"),
    { id: "parts-fill", type: "fill", source: "parts", paint: { "fill-color": ["match", ["%", ["get", "number"], 3], 1, colours.accent, 2, colours.held, colours.s4], "fill-opacity": 0.3 } },
    { id: "parts-line", type: "line", source: "parts", paint: { "line-color": colours.text, "line-width": 2 } },
    number("parts", "number"),
    { id: "parcel-fill", type: "fill", source: "parcel", paint: { "fill-color": colours.accent, "fill-opacity": 0.14 } },
    { id: "parcel-line", type: "line", source: "parcel", paint: { "line-color": colours.accent, "line-width": 2.2 } },
    { id: "cuts-line", type: "line", source: "cuts", paint: { "line-color": colours.refuse, "line-width": 2.4, "line-dasharray": [3, 1.5] } },
    {
      id: "corners",
      type: "circle",
      source: "corners",
      paint: {
        "circle-radius": ["match", ["get", "kind"], "chosen", 8, "corner", 5.5, 3.6],
        "circle-color": ["match", ["get", "kind"], "chosen", colours.accent, colours.surface],
        "circle-stroke-color": colours.accent,
        "circle-stroke-width": ["match", ["get", "kind"], "middle", 1.2, 2],
      },
    },
  ];
}
