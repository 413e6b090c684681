/** The features of a vector tile, as the sketch draws them. */
import { VectorTile, type VectorTileFeature } from "@mapbox/vector-tile";
import { PbfReader } from "pbf";

/** A feature of a tile; its lines, rings (closed) or points are in the tile's units. */
export interface Feature extends Pick<VectorTileFeature, "type" | "id" | "properties"> {
  paths: { x: number; y: number }[][];
}

/** How tiles call a feature with a ground. */
export const POLYGON = 3;

/** The side of Sanku's own tiles in their units. */
export const EXTENT = 4096;

/** Return the features of each layer, read whole: the bytes may be handed on afterwards. Throws where they are no tile. */
export function readTile(bytes: ArrayBuffer): Map<string, Feature[]> {
  const { layers } = new VectorTile(new PbfReader(bytes));
  return new Map(Object.values(layers).map((layer) => [layer.name, Array.from({ length: layer.length }, (_none, place) => whole(layer.feature(place)))]));
}

function whole(feature: VectorTileFeature): Feature {
  const { type, id, properties } = feature;
  return { type, id, properties, paths: feature.loadGeometry() };
}
