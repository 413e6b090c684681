/** The features of a vector tile, as the sketch draws them. */
import { VectorTile, type VectorTileFeature } from "@mapbox/vector-tile";
import { PbfReader } from "pbf";

/** A feature of a tile, in its units, or one that is on no tile but looks the same to who draws it. */
export interface Feature extends Pick<VectorTileFeature, "type" | "id" | "properties"> {
  loadGeometry(): { x: number; y: number }[][];
}

/** How tiles call a feature with a ground. */
export const POLYGON = 3;

/** The side of Sanku's own tiles in their units. */
export const EXTENT = 4096;

/** Return the features of each layer. Throws where the bytes are no tile. */
export function readTile(bytes: ArrayBuffer): Map<string, Feature[]> {
  const { layers } = new VectorTile(new PbfReader(bytes));
  return new Map(Object.values(layers).map((layer) => [layer.name, Array.from({ length: layer.length }, (_none, place) => layer.feature(place))]));
}
