/** The picture below the map that an installation has set: tiles of pictures, vector tiles, or one PMTiles file. */
import { addProtocol, type LayerSpecification, type SourceSpecification } from "maplibre-gl";

import type { Colours } from "./colours.ts";
import type { Datum } from "./datum.ts";
import { SHIFTED, shiftedAddress, shiftedTile } from "./shifted.ts";
import { vectorLayers } from "./vector.ts";

export interface Picture {
  kind: "raster" | "mvt" | "pmtiles";
  addresses: string[];
  datum: Datum;
  largestZoom: number;
}

/** Return the sources of the pictures, named picture-0 and so on. */
export function pictureSources(pictures: Picture[]): Record<string, SourceSpecification> {
  return Object.fromEntries(pictures.map((picture, place) => [`picture-${place}`, sourceOf(picture)]));
}

function sourceOf(picture: Picture): SourceSpecification {
  const addresses = picture.addresses.map((address) => new URL(address, location.href).href.replace(/%7B/gi, "{").replace(/%7D/gi, "}"));
  if (picture.kind === "mvt") return { type: "vector", tiles: addresses, maxzoom: picture.largestZoom };
  if (picture.kind === "pmtiles") {
    addPmtiles();
    return { type: "vector", url: `pmtiles://${addresses[0] ?? ""}` };
  }
  if (picture.datum === "WGS-84") return { type: "raster", tiles: addresses, tileSize: 256, maxzoom: picture.largestZoom };
  addProtocol(SHIFTED, shiftedTile);
  return {
    type: "raster",
    tiles: addresses.map((address) => shiftedAddress(picture.datum, address)),
    tileSize: 256,
    maxzoom: picture.largestZoom,
  };
}

let pmtilesAdded = false;

/** Teach MapLibre to read one file of tiles by ranges; the reader is loaded when the first tile is asked for. */
function addPmtiles(): void {
  if (pmtilesAdded) return;
  pmtilesAdded = true;
  const reader = import("pmtiles").then(({ Protocol }) => new Protocol());
  addProtocol("pmtiles", async (request, abort) => (await reader).tile(request, abort));
}

/** Return the layers that draw the pictures. */
export function pictureLayers(pictures: Picture[], colours: Colours): LayerSpecification[] {
  return pictures.flatMap((picture, place) => {
    const source = `picture-${place}`;
    if (picture.kind !== "raster") return vectorLayers(source, colours);
    const layer: LayerSpecification = { id: source, type: "raster", source, paint: { "raster-fade-duration": 0 } };
    return [layer];
  });
}
