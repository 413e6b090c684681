/** The layers of the base that Sanku serves itself: land, the lines and names of provinces, cities and counties. */
import type { LayerSpecification } from "maplibre-gl";

import type { Colours } from "./colours.ts";
import { ofEach } from "./shared.ts";

const LEVELS = [
  { name: "county", width: 0.6, dash: [3, 2], size: 12 },
  { name: "city", width: 0.9, dash: [6, 2], size: 13 },
  { name: "province", width: 1.4, dash: null, size: 15 },
] as const;

/** Return the layers, below everything else; below a picture only what shows where it is missing. */
export function boundaryLayers(colours: Colours, hasPicture: boolean): LayerSpecification[] {
  const around: LayerSpecification = { id: "around", type: "background", paint: { "background-color": colours.block } };
  const land: LayerSpecification = {
    id: "land",
    type: "fill",
    source: "boundaries",
    "source-layer": "province",
    // Its edge is a line of its own: smoothed, it would be drawn twice, by one more program.
    paint: { "fill-color": ofEach(colours.land), "fill-antialias": false },
  };
  // A picture has lines and names of its own.
  return hasPicture ? [around, land] : [around, land, ...lines(colours), ...names(colours)];
}

function lines(colours: Colours): LayerSpecification[] {
  const layers: LayerSpecification[] = LEVELS.map(({ name, width, dash }) => ({
    id: `${name}-line`,
    type: "line",
    source: "boundaries",
    "source-layer": name,
    paint: { "line-color": dash ? colours.rail : ofEach(colours.rail), "line-width": width, ...(dash ? { "line-dasharray": [...dash] } : {}) },
  }));
  layers.push({
    id: "other-line",
    type: "line",
    source: "boundaries",
    "source-layer": "line",
    paint: { "line-color": ofEach(colours.rail), "line-width": 1.4 },
  });
  return layers;
}

function names(colours: Colours): LayerSpecification[] {
  return LEVELS.map(({ name, size }) => ({
    id: `${name}-name`,
    type: "symbol",
    source: "boundaries",
    "source-layer": `${name}_name`,
    ...(name === "province" ? { maxzoom: 7 } : name === "city" ? { maxzoom: 9 } : {}),
    layout: { "text-field": ["get", named()], "text-font": ["sans"], "text-size": size, "text-letter-spacing": 0.06 },
    paint: { "text-color": ofEach(colours.label), "text-halo-color": colours.halo, "text-halo-width": 1.2 },
  }));
}

/** Return which of a place's names is read: the one in Simplified or in Traditional characters. */
function named(): string {
  return document.documentElement.lang === "zh-Hant" ? "hant" : "name";
}
