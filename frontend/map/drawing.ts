/** Drawing a polygon, a circle or a way on the map: a layer over terra-draw that hands back plain shapes. */
import type { Map as LibreMap } from "maplibre-gl";
import {
  type GeoJSONStoreFeatures,
  TerraDraw,
  TerraDrawCircleMode,
  TerraDrawLineStringMode,
  TerraDrawModeUndoRedo,
  TerraDrawPolygonMode,
  ValidateNotSelfIntersecting,
} from "terra-draw";
import { TerraDrawMapLibreGLAdapter } from "terra-draw-maplibre-gl-adapter";

import type { Colours } from "./colours.ts";
import { distance, type Shape, type Spot } from "./geometry.ts";

export type Tool = "polygon" | "circle" | "way" | "ground";

export interface Drawer {
  /** Start a tool; what was begun with another is thrown away. */
  start: (tool: Tool) => void;
  /** Take back the last corner; false where there is none. */
  undo: () => boolean;
  stop: () => void;
  readonly tool: Tool | null;
  /** Whether something is drawn that is not done. */
  readonly begun: boolean;
}

interface Heard {
  /** What is being drawn, at every move of the pointer. */
  moved: (tool: Tool, shape: Shape | Spot[]) => void;
  /** A shape or way is done. */
  done: (tool: Tool, shape: Shape | Spot[]) => void;
  /** A ring was to be closed and crosses itself. */
  refused: () => void;
}

const DOUBLE_CLICK_MS = 400;
const MODES: Record<Tool, string> = { polygon: "polygon", ground: "polygon", circle: "circle", way: "linestring" };

/** Make what draws on a map; `snap` says to what a corner is drawn. */
export function drawerOn(map: LibreMap, colours: Colours, heard: Heard, snap?: (spot: Spot) => Spot | null): Drawer {
  const line = colours.text as `#${string}`;
  const fill = colours.accent as `#${string}`;
  const snapping = snap && { snapping: { toCustom: (event: { lng: number; lat: number }): Spot | undefined => snap([event.lng, event.lat]) ?? undefined } };
  const shape = { fillColor: fill, fillOpacity: 0.12, outlineColor: line, outlineWidth: 2 };
  const draw = new TerraDraw({
    adapter: new TerraDrawMapLibreGLAdapter({ map }),
    undoRedo: { modeLevel: new TerraDrawModeUndoRedo() },
    modes: [
      new TerraDrawPolygonMode({ ...snapping, styles: shape, validation: (feature, { updateType }) => (updateType === "finish" ? closes(feature) : { valid: true }) }),
      new TerraDrawCircleMode({ styles: shape }),
      new TerraDrawLineStringMode({ ...snapping, styles: { lineStringColor: line, lineStringWidth: 2.5 } }),
    ],
  });
  let tool: Tool | null = null;
  const closes = (ring: GeoJSONStoreFeatures): ReturnType<typeof ValidateNotSelfIntersecting> => {
    const verdict = ValidateNotSelfIntersecting(ring);
    if (!verdict.valid) heard.refused();
    return verdict;
  };
  const feature = (id?: string | number): GeoJSONStoreFeatures | undefined =>
    id === undefined ? draw.getSnapshot().find((one) => one.properties["mode"] === MODES[tool ?? "polygon"]) : draw.getSnapshotFeature(id);
  draw.on("change", () => {
    const found = tool && feature();
    const read = found && readFeature(found);
    if (tool && read) heard.moved(tool, read);
  });
  draw.on("finish", (id) => {
    const found = feature(id);
    const read = found && readFeature(found);
    const drawn = tool;
    if (!drawn || !read) return;
    stop();
    heard.done(drawn, read);
  });
  const stop = (): void => {
    if (!draw.enabled) return;
    draw.clear();
    draw.stop();
    tool = null;
    // The second click of two that end a drawing is followed by their double click, which is not meant to zoom.
    map.doubleClickZoom.disable();
    setTimeout(() => tool ?? map.doubleClickZoom.enable(), DOUBLE_CLICK_MS);
  };
  return {
    start: (next) => {
      stop();
      tool = next;
      map.doubleClickZoom.disable();
      draw.start();
      draw.setMode(MODES[next]);
    },
    undo: () => draw.enabled && draw.undo(),
    stop,
    get tool() {
      return tool;
    },
    get begun() {
      return draw.enabled && feature() !== undefined;
    },
  };
}

/** Return the shape or way of a feature of terra-draw; null while it has too few corners. */
export function readFeature(feature: GeoJSONStoreFeatures): Shape | Spot[] | null {
  const { geometry, properties } = feature;
  if (geometry.type === "LineString") return geometry.coordinates.length > 1 ? (geometry.coordinates as Spot[]) : null;
  if (geometry.type !== "Polygon") return null;
  const ring = geometry.coordinates[0] as Spot[];
  if (properties["mode"] !== "circle") return ring.length > 3 ? { kind: "polygon", ring } : null;
  const [west, east] = [Math.min(...ring.map(([lon]) => lon)), Math.max(...ring.map(([lon]) => lon))];
  const [south, north] = [Math.min(...ring.map(([, lat]) => lat)), Math.max(...ring.map(([, lat]) => lat))];
  const middle: Spot = [(west + east) / 2, (south + north) / 2];
  const radius = distance([west, middle[1]], [east, middle[1]]) / 2;
  return radius >= 1 ? { kind: "circle", middle, radius } : null;
}
