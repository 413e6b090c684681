/** How a base of vector tiles is drawn: the layers of the two common schemas, OpenMapTiles and Protomaps. */
import type { FilterSpecification, LayerSpecification } from "maplibre-gl";

import type { Colours } from "./colours.ts";

const GREEN: FilterSpecification = ["in", ["coalesce", ["get", "class"], ["get", "kind"]], ["literal", ["wood", "forest", "grass", "park", "garden"]]];
const NAME = ["coalesce", ["get", "name:zh-Hans"], ["get", "name:zh"], ["get", "name"]];
// What each schema calls it.
const WATER = ["water"];
const LAND = ["landcover", "landuse", "park"];
const ROADS = ["transportation", "roads"];
const BUILDINGS = ["building", "buildings"];
const PLACES = ["place", "places"];

/** Return the layers of a vector source; those whose layer the source does not have draw nothing. */
export function vectorLayers(source: string, colours: Colours): LayerSpecification[] {
  const fill = (layer: string, colour: string, filter?: FilterSpecification): LayerSpecification => ({
    id: `${source}-${layer}`,
    type: "fill",
    source,
    "source-layer": layer,
    ...(filter ? { filter } : {}),
    paint: { "fill-color": colour },
  });
  return [
    ...LAND.map((layer) => fill(layer, colours.green, GREEN)),
    ...WATER.map((layer) => fill(layer, colours.water, ["==", ["geometry-type"], "Polygon"])),
    ...BUILDINGS.map((layer) => fill(layer, colours.block)),
    ...ROADS.map((layer) => roads(source, layer, colours)),
    ...PLACES.map((layer) => places(source, layer, colours)),
  ];
}

function roads(source: string, layer: string, colours: Colours): LayerSpecification {
  return {
    id: `${source}-${layer}`,
    type: "line",
    source,
    "source-layer": layer,
    paint: { "line-color": colours.roadCase, "line-width": ["interpolate", ["exponential", 1.6], ["zoom"], 8, 0.5, 14, 3, 18, 14] },
  };
}

function places(source: string, layer: string, colours: Colours): LayerSpecification {
  return {
    id: `${source}-${layer}`,
    type: "symbol",
    source,
    "source-layer": layer,
    layout: { "text-field": NAME as never, "text-font": ["sans"], "text-size": 12 },
    paint: { "text-color": colours.label, "text-halo-color": colours.halo, "text-halo-width": 1.2 },
  };
}
