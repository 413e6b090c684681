/** How the records lie on the map: carriers by status, projects by stage, companies by role, clients, clusters. */
import type { ExpressionSpecification, FilterSpecification, LayerSpecification, Map as LibreMap } from "maplibre-gl";

import type { Colours } from "./colours.ts";
import { ofEach } from "./shared.ts";

const KIND: ExpressionSpecification = ["get", "kind"];
const NO_GROUND: ExpressionSpecification = ["!", ["has", "ground"]];
const LABELS_FROM = 14;
const LABEL_SIZE = 12;
/** The libraries on the map, from below upward. */
export const ORDER = ["sites", "companies", "targets", "projects"];
export const LARGEST_TILE_ZOOM = 17;
// The stages in their order, from 1; the others stand off the path.
export const STAGES = ["lead", "negotiation", "intent", "signed", "landed", "construction", "production", "growth"];

/** Return the name of a library's source. */
export function sourceOf(name: string): string {
  return `records-${name}`;
}

/** Return the layers of a library, in the order in which they are drawn. */
export function recordLayers(name: string, colours: Colours): LayerSpecification[] {
  switch (name) {
    case "sites":
      return [...grounds(colours), ...siteSpots(colours), ...clusters(name, colours.accent, colours)];
    case "projects":
      return [...projectSpots(colours), ...clusters(name, colours.s4, colours)];
    case "companies":
      return [...markSpots(name, KIND, colours), ...clusters(name, colours.c5, colours)];
    default:
      return [...markSpots(name, ["literal", "target"] as unknown as ExpressionSpecification, colours), ...clusters(name, colours.c2, colours)];
  }
}

function statusColour(colours: Colours): ExpressionSpecification {
  return ["match", KIND, "free", colours.free, "offered", colours.offered, "held", colours.held, colours.taken];
}

function statusLine(colours: Colours): ExpressionSpecification {
  return ["match", KIND, "held", colours.heldInk, "taken", colours.control, colours.accent];
}

function grounds(colours: Colours): LayerSpecification[] {
  const area = { source: sourceOf("sites"), "source-layer": "areas" };
  return [
    { id: "sites-areas", type: "fill", ...area, paint: { "fill-color": statusColour(colours), "fill-opacity": 0.88, "fill-antialias": false } },
    { id: "sites-held", type: "fill", ...area, filter: ["==", KIND, "held"], paint: { "fill-pattern": "held", "fill-antialias": false } },
    {
      id: "sites-lines",
      type: "line",
      ...area,
      paint: { "line-color": statusLine(colours), "line-width": ["interpolate", ["linear"], ["zoom"], 12, 0.6, 15, 1.4] },
    },
    {
      id: "sites-picked-area",
      type: "line",
      ...area,
      filter: ["==", ["id"], -1],
      paint: { "line-color": colours.text, "line-width": 3 },
    },
  ];
}

// A label stands on its ground, and under a point or a ground that it would hide; that one grows until the next zoom.
const ON_ITS_GROUND: ExpressionSpecification = ["all", ["has", "ground"], ["!", ["has", "below"]]];
const ON_OR_UNDER = {
  "text-anchor": ["case", ON_ITS_GROUND, "center", "top"] as unknown as ExpressionSpecification,
  "text-radial-offset": ["case", ON_ITS_GROUND, 0, ["/", ["*", 1.3, ["coalesce", ["get", "below"], 8]], LABEL_SIZE]] as ExpressionSpecification,
};

function label(name: string, colours: Colours, shift: number, filter?: FilterSpecification): LayerSpecification {
  return {
    id: `${name}-labels`,
    type: "symbol",
    source: sourceOf(name),
    "source-layer": "spots",
    minzoom: LABELS_FROM,
    ...(filter ? { filter } : {}),
    layout: {
      "text-field": ["get", "label"],
      "text-font": ["sans"],
      "text-size": LABEL_SIZE,
      "text-max-width": 9,
      "text-optional": true,
      ...(shift ? { "text-offset": [0, shift], "text-anchor": "top" as const } : ON_OR_UNDER),
    },
    paint: { "text-color": ofEach(colours.text), "text-halo-color": colours.halo, "text-halo-width": 1.4 },
  };
}

function pickedRing(name: string, colours: Colours): LayerSpecification {
  return {
    id: `${name}-picked`,
    type: "circle",
    source: sourceOf(name),
    "source-layer": "spots",
    filter: ["==", ["id"], -1],
    paint: { "circle-radius": 14, "circle-color": "transparent", "circle-stroke-color": colours.text, "circle-stroke-width": 3 },
  };
}

function siteSpots(colours: Colours): LayerSpecification[] {
  return [
    {
      id: "sites-spots",
      type: "circle",
      source: sourceOf("sites"),
      "source-layer": "spots",
      filter: NO_GROUND,
      paint: {
        "circle-radius": 6,
        "circle-color": statusColour(colours),
        "circle-stroke-color": statusLine(colours),
        "circle-stroke-width": ["match", KIND, "held", 2.6, 1.6],
      },
    },
    pickedRing("sites", colours),
    label("sites", colours, 0),
  ];
}

function stageColour(colours: Colours): ExpressionSpecification {
  const hues = [colours.s1, colours.s2, colours.s3, colours.s4, colours.s5, colours.s6, colours.s7, colours.s8];
  return ["match", KIND, ...STAGES.flatMap((stage, place) => [stage, hues[place] ?? colours.lost]), colours.lost] as never;
}

function projectSpots(colours: Colours): LayerSpecification[] {
  const spots = { source: sourceOf("projects"), "source-layer": "spots" };
  const onPath: FilterSpecification = ["in", KIND, ["literal", STAGES]];
  return [
    {
      id: "projects-spots",
      type: "circle",
      ...spots,
      filter: onPath,
      paint: { "circle-radius": ofEach(10), "circle-color": stageColour(colours), "circle-stroke-color": colours.surface, "circle-stroke-width": 2 },
    },
    {
      id: "projects-numbers",
      type: "symbol",
      ...spots,
      filter: onPath,
      layout: {
        "text-field": ["to-string", ["+", 1, ["index-of", KIND, ["literal", STAGES]]]],
        "text-font": ["sans"],
        "text-size": 11,
        "text-allow-overlap": true,
        "text-ignore-placement": true,
      },
      paint: { "text-color": ["match", KIND, ["lead", "negotiation", "intent"], colours.onStage1, colours.onStage] },
    },
    {
      id: "projects-lost",
      type: "symbol",
      ...spots,
      filter: ["!", onPath],
      layout: { "icon-image": "lost", "icon-allow-overlap": true, "icon-ignore-placement": true },
    },
    pickedRing("projects", colours),
    label("projects", colours, 1),
  ];
}

function markSpots(name: string, image: ExpressionSpecification, colours: Colours): LayerSpecification[] {
  return [
    {
      id: `${name}-spots`,
      type: "symbol",
      source: sourceOf(name),
      "source-layer": "spots",
      layout: { "icon-image": image, "icon-allow-overlap": true, "icon-ignore-placement": true },
    },
    pickedRing(name, colours),
    label(name, colours, 0.8),
  ];
}

// Clusters of several libraries gather around the same places: each stands a little aside, so that all can be read.
const ASIDE: Record<string, [number, number]> = { sites: [0, 0], projects: [32, -14], companies: [-32, -14], targets: [0, 34] };

function clusters(name: string, ring: string, colours: Colours): LayerSpecification[] {
  const aside = ASIDE[name] ?? [0, 0];
  const several = { source: sourceOf(name), "source-layer": "clusters" };
  return [
    {
      id: `${name}-clusters`,
      type: "circle",
      ...several,
      paint: {
        "circle-radius": ["interpolate", ["linear"], ["log10", ["get", "count"]], 0.3, 13, 2, 18, 4, 26],
        "circle-color": ofEach(colours.surface),
        "circle-stroke-color": ring,
        "circle-stroke-width": 2.6,
        "circle-translate": aside,
      },
    },
    {
      id: `${name}-counts`,
      type: "symbol",
      ...several,
      layout: {
        "text-field": ["to-string", ["get", "count"]],
        "text-font": ["sans"],
        "text-size": 12,
        "text-allow-overlap": true,
        "text-ignore-placement": true,
      },
      paint: { "text-color": ofEach(colours.text), "text-translate": aside },
    },
  ];
}

/** Ring one record of a library, or none. */
export function markRecord(map: LibreMap, names: string[], picked: { layer: string; id: number } | null): void {
  for (const name of names) {
    const filter: ExpressionSpecification = ["==", ["id"], picked?.layer === name ? picked.id : -1];
    const inSpots: FilterSpecification = name === "sites" ? ["all", filter, NO_GROUND] : filter;
    if (map.getLayer(`${name}-picked`)) map.setFilter(`${name}-picked`, inSpots);
    if (map.getLayer(`${name}-picked-area`)) map.setFilter(`${name}-picked-area`, filter);
  }
}

/** Return the layers of which a click may mean a record or a cluster, the topmost kind first. */
export function clickable(names: string[]): string[] {
  return names.flatMap((name) => [`${name}-clusters`, `${name}-spots`, ...(name === "projects" ? ["projects-lost"] : []), ...(name === "sites" ? ["sites-areas"] : [])]);
}
