/** What lies over the records: the zone's boundary, the shape that selects, what was measured. */
import type { GeoJSONSource, LayerSpecification, Map as LibreMap } from "maplibre-gl";

import type { Colours } from "./colours.ts";
import type { Spot } from "./geometry.ts";

const EMPTY: GeoJSON.FeatureCollection = { type: "FeatureCollection", features: [] };
export const SOURCES = { zone: "zone", drawn: "drawn", measured: "measured" } as const;

/** Add the sources, empty but for the zone's boundary. */
export function addOverlays(map: LibreMap, boundary: GeoJSON.Geometry | null): void {
  const zone: GeoJSON.FeatureCollection = boundary ? { type: "FeatureCollection", features: [{ type: "Feature", properties: {}, geometry: boundary }] } : EMPTY;
  map.addSource(SOURCES.zone, { type: "geojson", data: zone });
  map.addSource(SOURCES.drawn, { type: "geojson", data: EMPTY });
  map.addSource(SOURCES.measured, { type: "geojson", data: EMPTY });
}

/** The zone's boundary lies below the records. */
export function zoneLayers(colours: Colours): LayerSpecification[] {
  return [
    {
      id: "zone-line",
      type: "line",
      source: SOURCES.zone,
      paint: { "line-color": colours.accent, "line-width": 1.8, "line-dasharray": [6, 2, 1.5, 2] },
    },
  ];
}

/** What is drawn lies above them. */
export function drawnLayers(colours: Colours): LayerSpecification[] {
  return [
    { id: "drawn-fill", type: "fill", source: SOURCES.drawn, paint: { "fill-color": colours.accent, "fill-opacity": 0.1 } },
    { id: "drawn-line", type: "line", source: SOURCES.drawn, paint: { "line-color": colours.text, "line-width": 2, "line-dasharray": [3, 1.5] } },
    { id: "measured-line", type: "line", source: SOURCES.measured, paint: { "line-color": colours.refuse, "line-width": 2.5 } },
    {
      id: "measured-label",
      type: "symbol",
      source: SOURCES.measured,
      filter: ["==", ["geometry-type"], "Point"],
      layout: { "text-field": ["get", "label"], "text-font": ["sans"], "text-size": 13, "text-anchor": "bottom", "text-offset": [0, -0.4], "text-allow-overlap": true },
      paint: { "text-color": colours.text, "text-halo-color": colours.halo, "text-halo-width": 2 },
    },
  ];
}

/** Show what there is to begin with: the shape that selects, if any, and nothing measured. */
export function showShapes(map: LibreMap, ring: Spot[] | null): void {
  showDrawn(map, ring);
  showMeasured(map, [], "");
}

/** Show a closed ring as the shape that selects, or nothing. */
export function showDrawn(map: LibreMap, ring: Spot[] | null): void {
  const feature: GeoJSON.Feature | null = ring && { type: "Feature", properties: {}, geometry: { type: "Polygon", coordinates: [ring] } };
  setData(map, SOURCES.drawn, feature ? [feature] : []);
}

/** Show what was measured with what it says, at its last spot. */
export function showMeasured(map: LibreMap, line: Spot[], label: string): void {
  const end = line.at(-1);
  const features: GeoJSON.Feature[] = end
    ? [
        { type: "Feature", properties: {}, geometry: { type: "LineString", coordinates: line } },
        { type: "Feature", properties: { label }, geometry: { type: "Point", coordinates: end } },
      ]
    : [];
  setData(map, SOURCES.measured, features);
}

/** What holds nothing is not shown: each of its tiles would be asked for and clipped in every frame all the same. */
function setData(map: LibreMap, source: string, features: GeoJSON.Feature[]): void {
  map.getSource<GeoJSONSource>(source)?.setData({ type: "FeatureCollection", features });
  for (const id of map.getLayersOrder()) {
    if (map.getLayer(id)?.source === source) map.setLayoutProperty(id, "visibility", features.length ? "visible" : "none");
  }
}
