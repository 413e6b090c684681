/**
 * A map in an element: `const { map } = await baseMap(element)`. Load this file with import() alone; it brings
 * MapLibre with it.
 *
 * WGS-84. Below everything lies the picture that the installation has set, or the boundaries that Sanku serves itself;
 * colours are the tokens', light and dark. Whoever adds layers does it with `paint`, so that they follow the theme.
 */
import "maplibre-gl/dist/maplibre-gl.css";

import {
  AttributionControl,
  GPUInitializationError,
  type LayerSpecification,
  Map as LibreMap,
  type MapOptions,
  prewarm,
  ScaleControl,
  type SourceSpecification,
  type StyleSpecification,
  setWorkerUrl,
} from "maplibre-gl";
import workerUrl from "maplibre-gl/dist/maplibre-gl-worker.mjs?worker&url";

import { boundaryLayers } from "./boundaries.ts";
import { type Colours, coloursOf } from "./colours.ts";
import { Frames } from "./frames.ts";
import { type Picture, pictureLayers, pictureSources } from "./pictures.ts";
import { FONTS } from "./symbols.ts";

setWorkerUrl(workerUrl);
// The worker, which asks for the tiles, starts while the page makes its canvas ready, not after it.
prewarm();

const CHINA: [number, number] = [104, 36];

/** What /map/base.json says. */
export interface Base {
  boundaries: { tiles: string; largestZoom: number };
  pictures: Picture[];
  zone: {
    name: string;
    centre: [number, number] | null;
    boundary: GeoJSON.Polygon | GeoJSON.MultiPolygon | null;
    boundarySource: string;
  };
  attribution: string;
  review: string;
  words: Record<string, string>;
}

export interface BaseOptions extends Partial<Omit<MapOptions, "container" | "style">> {
  /** Where the base is described. */
  address?: string;
}

export interface BaseMap {
  map: LibreMap;
  base: Base;
  /** Resolved once what was drawn last is on the screen. */
  shown: () => Promise<void>;
  /** Draw layers, now and again whenever the theme changes. Layers that are there already change their colours. */
  paint: (layers: (colours: Colours) => LayerSpecification[]) => void;
  /** Draw all layers on a copy of the map, in other colours. */
  paintCopy: (copy: LibreMap, colours: Colours) => void;
}

/** The bar of scale. As wide as said where a move ends: at every step of a drag the whole page would be laid out for less than a pixel. */
class Scale extends ScaleControl {
  override onAdd(map: LibreMap): HTMLElement {
    const bar = super.onAdd(map);
    map.off("move", this._onMove);
    for (const name of ["zoom", "moveend"] as const) map.on(name, this._onMove);
    return bar;
  }

  override onRemove(): void {
    for (const name of ["zoom", "moveend"] as const) this._map.off(name, this._onMove);
    super.onRemove();
  }
}

/** Thrown where the browser cannot draw a map; the message is for people. */
export class NoMap extends Error {
  override name = "NoMap"; // by which it is known where this file is not loaded
}

/** Make a map in an element and wait until its base can be drawn on. */
export async function baseMap(element: HTMLElement, options: BaseOptions = {}): Promise<BaseMap> {
  const { address = element.dataset["base"] ?? "/map/base.json", ...own } = options;
  const base = await baseAt(address);
  const map = madeMap(base, {
    container: element,
    center: base.zone.centre ?? CHINA,
    zoom: base.zone.centre ? 12 : 3.5,
    maxZoom: 20,
    dragRotate: false,
    touchPitch: false,
    pitchWithRotate: false,
    attributionControl: false,
    // What fades in is drawn again and again for as long: on a machine without a graphics card it is felt.
    fadeDuration: 0,
    localIdeographFontFamily: FONTS,
    locale: base.words,
    style: styleOf(base),
    ...own,
  });
  const frames = Frames.of(map);
  map.touchZoomRotate.disableRotation();
  map.keyboard.disableRotation();
  map.addControl(new AttributionControl({ compact: false, customAttribution: [base.review, base.attribution] }), "bottom-left");
  map.addControl(new Scale({ maxWidth: 80 }), "bottom-right");
  reportFailures(map, element, base);
  const painters: ((colours: Colours) => LayerSpecification[])[] = [(colours) => [...boundaryLayers(colours, base.pictures.length > 0), ...pictureLayers(base.pictures, colours)]];
  follow(map, painters);
  await new Promise<void>((resolve) => (map.isStyleLoaded() ? resolve() : void map.once("style.load", () => resolve())));
  return {
    map,
    base,
    shown: async () => frames?.shown(),
    paint: (layers) => {
      painters.push(layers);
      draw(map, layers(coloursOf(element)));
    },
    paintCopy: (copy, colours) => {
      for (const painter of painters) draw(copy, painter(colours));
    },
  };
}

/** Make a map. No canvas is tried beforehand: without a graphics card each one costs a tenth of a second and more. */
function madeMap(base: Base, options: MapOptions): LibreMap {
  try {
    const map = new LibreMap(options);
    withoutSky(map);
    map.on("webglcontextrestored", () => withoutSky(map));
    return map;
  } catch (problem) {
    if (problem instanceof GPUInitializationError) throw new NoMap(base.words["noWebGL"]);
    throw problem;
  }
}

/** Draw no sky. A flat map has none, and yet it is reckoned for every dot: a third of a frame without a graphics card. */
function withoutSky(map: LibreMap): void {
  map.painter.drawFunctions = { ...map.painter.drawFunctions, sky: () => undefined };
}

const bases = new Map<string, Promise<Base>>();

/** Return the description of the base, asked for once a page. */
export function baseAt(address: string): Promise<Base> {
  const known = bases.get(address);
  if (known) return known;
  // A page of the map brings it along, so that nothing waits for one more answer.
  const brought = document.getElementById("map-base")?.textContent;
  if (brought) return Promise.resolve(JSON.parse(brought) as Base);
  const asked = fetch(address, { headers: { Accept: "application/json" } }).then(async (answer) => {
    if (!answer.ok) throw new Error(String(answer.status));
    return (await answer.json()) as Base;
  });
  bases.set(address, asked);
  asked.catch(() => bases.delete(address));
  return asked;
}

/** Return the style of a base without records: its sources and layers in the colours of the page. */
export function styleOf(base: Base): StyleSpecification {
  const colours = coloursOf(document.documentElement);
  const sources: Record<string, SourceSpecification> = {
    boundaries: {
      type: "vector",
      tiles: [new URL(base.boundaries.tiles, location.href).href.replace(/%7B/gi, "{").replace(/%7D/gi, "}")],
      maxzoom: base.boundaries.largestZoom,
    },
    ...pictureSources(base.pictures),
  };
  return {
    version: 8,
    sources,
    layers: [...boundaryLayers(colours, base.pictures.length > 0), ...pictureLayers(base.pictures, colours)],
  };
}

function draw(map: LibreMap, layers: LayerSpecification[], before?: string): void {
  for (const layer of layers) {
    if (!map.getLayer(layer.id)) {
      map.addLayer(layer, before);
      continue;
    }
    for (const [name, value] of Object.entries(layer.paint ?? {})) map.setPaintProperty(layer.id, name as never, value as never);
  }
}

/** Draw everything anew in the other colours when the page's theme changes. */
function follow(map: LibreMap, painters: ((colours: Colours) => LayerSpecification[])[]): void {
  const watcher = new MutationObserver(() => {
    const colours = coloursOf(document.documentElement);
    for (const painter of painters) draw(map, painter(colours));
  });
  watcher.observe(document.documentElement, { attributeFilter: ["data-bs-theme"] });
  map.once("remove", () => watcher.disconnect());
}

/** Say once where the set picture does not answer; the boundaries below it stay. */
function reportFailures(map: LibreMap, element: HTMLElement, base: Base): void {
  map.on("error", (event) => {
    const detail = { source: "sourceId" in event ? String(event.sourceId) : "", message: event.error.message };
    const text = detail.source.startsWith("picture") ? base.words["pictureFailed"] : "";
    element.dispatchEvent(new CustomEvent("sk-map-failed", { bubbles: true, detail: { ...detail, text } }));
  });
}
