/**
 * The map's first picture, on a plain canvas: the same tiles and layers that MapLibre draws, before it is there.
 *
 * MapLibre takes seconds to its first picture where there is no graphics card: a megabyte of script, a worker, shader
 * programs. Meanwhile a person sees his map. It cannot be clicked; the live map takes its place, and takes over its tiles.
 */
import { listQuery, readView, tileQuery, type View } from "./address.ts";
import type { Base } from "./base.ts";
import { type Bounds, boundsOf } from "./bounds.ts";
import { boundaryLayers } from "./boundaries.ts";
import { coloursOf } from "./colours.ts";
import { Fragment } from "./fragments.ts";
import { readShape, ringOf, type Spot } from "./geometry.ts";
import { addressOf, edgesOf, type Opening, openingOf, type Screen, TILE, type TileInView, tilesInView, worldOf } from "./opening.ts";
import { drawnLayers, SOURCES, zoneLayers } from "./overlay.ts";
import { drawLayer, type Piece, type Sheet } from "./plain.ts";
import { LARGEST_TILE_ZOOM, ORDER, recordLayers, sourceOf } from "./records.ts";
import type { Settings } from "./settings.ts";
import { imagesOf } from "./symbols.ts";
import { EXTENT, type Feature, POLYGON, readTile } from "./tiles.ts";

/** What measures the page looks for this mark: everything in view stands on the sketch. */
const SKETCHED = "sanku:map-sketched";
/** MapLibre is not kept waiting longer than this for a slow tile. */
const PATIENCE_MS = 2_000;

/** Return what an element of the page tells its script. */
export function told<Told>(id: string): Told {
  return JSON.parse(document.getElementById(id)?.textContent ?? "{}") as Told;
}

export class Sketch {
  readonly opening: Opening;
  /** What the address says. */
  readonly view: View;
  /** West, south, east, north of what is in view. */
  readonly edges: Bounds;
  /** Resolved once it is drawn, or is not worth waiting for. */
  readonly shown: Promise<unknown>;
  private readonly canvas = document.createElement("canvas");
  private readonly pieces = new Map<string, Piece[]>();
  private readonly kept = new Map<string, Promise<ArrayBuffer>>();
  private readonly screen: Screen;
  private readonly base = told<Base>("map-base");
  private readonly ring: Spot[] | null;

  constructor(
    private readonly page: HTMLElement,
    private readonly place: HTMLElement,
  ) {
    const settings = told<Settings>("map-settings");
    const view = readView(location.search, Object.keys(settings.layers), settings.current);
    this.view = view;
    const drawn = readShape(view.query.get("within") ?? "");
    this.ring = drawn && ringOf(drawn);
    this.screen = { width: place.clientWidth, height: place.clientHeight, room: roomOf(page) };
    const whole = boundsOf(this.ring ?? this.base.zone.boundary?.coordinates);
    this.opening = openingOf(view, settings.picked, whole, this.base.zone.centre, this.screen);
    this.edges = edgesOf(this.opening, this.screen);
    const wanted = this.names.map((name): [string, string] => [name, `${location.origin}${settings.layers[name]?.tiles ?? ""}`]);
    const asked = wanted.flatMap(([name, template]) => {
      const query = tileQuery(view, name, "");
      return this.ask(sourceOf(name), `${template}${query ? `?${query}` : ""}`, LARGEST_TILE_ZOOM);
    });
    const { tiles, largestZoom } = this.base.boundaries;
    asked.push(...this.ask("boundaries", `${location.origin}${tiles}`, largestZoom));
    // The live map comes whatever becomes of its sketch.
    const done = Promise.allSettled(asked).then(() => this.draw());
    done.catch((problem: unknown) => reportError(problem));
    this.shown = Promise.race([done.catch(() => null), new Promise((resolve) => setTimeout(resolve, PATIENCE_MS))]);
  }

  /** The layers that are shown. */
  get names(): string[] {
    return ORDER.filter((name) => this.page.querySelector(`[data-layer="${name}"][aria-pressed=true]`));
  }

  private ask(source: string, template: string, largest: number): Promise<void>[] {
    const pieces: Piece[] = [];
    this.pieces.set(source, pieces);
    return tilesInView(this.opening, this.screen, largest).map(async (tile) => {
      const address = addressOf(template, tile);
      const asked = fetch(address).then((answer) => (answer.ok ? answer.arrayBuffer() : Promise.reject(new Error(String(answer.status)))));
      this.kept.set(address, asked);
      try {
        // Read before it is handed on: then it is gone from here.
        pieces.push(pieceOf(readTile(await asked), tile));
      } catch {
        this.kept.delete(address);
      }
    });
  }

  /** Return the answer to an address that was asked for already, once; null where it was not, or failed. */
  take(address: string): Promise<ArrayBuffer> | null {
    const asked = this.kept.get(address) ?? null;
    this.kept.delete(address);
    return asked;
  }

  private draw(): void {
    const { width, height } = this.screen;
    const pen = this.canvas.getContext("2d");
    if (!pen || this.isOver) return;
    const ratio = window.devicePixelRatio;
    [this.canvas.width, this.canvas.height] = [width * ratio, height * ratio];
    pen.scale(ratio, ratio);
    const colours = coloursOf(this.place);
    const sheet: Sheet = { pen, zoom: this.opening.zoom, width, height, images: imagesOf(colours), taken: [] };
    this.pieces.set(SOURCES.zone, this.outlines(this.base.zone.boundary?.coordinates));
    this.pieces.set(SOURCES.drawn, this.outlines(this.ring && [this.ring]));
    const layers = [
      ...boundaryLayers(colours, this.base.pictures.length > 0),
      ...zoneLayers(colours),
      ...this.names.flatMap((name) => recordLayers(name, colours)),
      ...drawnLayers(colours),
    ];
    for (const layer of layers) drawLayer(sheet, layer, ("source" in layer && this.pieces.get(String(layer.source))) || []);
    this.canvas.className = "msketch";
    this.place.before(this.canvas);
    performance.mark(SKETCHED);
  }

  private isOver = false;

  /** Let the live map take its place. */
  remove(): void {
    this.isOver = true;
    this.kept.clear();
    this.canvas.remove();
  }

  /** Return rings of coordinates however deep as a piece of the sketch. */
  private outlines(coordinates: unknown): Piece[] {
    const { zoom, center } = this.opening;
    const side = TILE * 2 ** zoom;
    const [x, y] = worldOf(center);
    const toScreen = (spot: Spot): { x: number; y: number } => {
      const [east, south] = worldOf(spot);
      return { x: (east - x) * side + this.screen.width / 2, y: (south - y) * side + this.screen.height / 2 };
    };
    const paths = ringsOf(coordinates).map((ring) => ring.map(toScreen));
    const outline: Feature = { id: 0, type: POLYGON, properties: {}, paths };
    return [{ layers: new Map([["", [outline]]]), left: 0, top: 0, scale: 1 }];
  }
}

/** The list beside the map, asked for with the sketch's tiles: it waits for nothing that draws the map. */
export class FirstList {
  readonly fragment: Fragment;
  /** Whether it came. */
  readonly came: Promise<boolean>;

  constructor(page: HTMLElement, place: HTMLElement, sketch: Sketch) {
    this.fragment = new Fragment(place);
    this.came = this.fragment.show(`${page.dataset["list"] ?? ""}?${listQuery(sketch.view, sketch.names, sketch.edges)}`);
  }
}

function pieceOf(layers: Piece["layers"], { left, top, side }: TileInView): Piece {
  return { layers, left, top, scale: side / EXTENT, side };
}

function ringsOf(part: unknown): Spot[][] {
  if (!Array.isArray(part)) return [];
  if (Array.isArray(part[0]) && typeof part[0][0] === "number") return [part as Spot[]];
  return part.flatMap(ringsOf);
}

/** Return what the buttons above and the legend below take of the map. */
export function roomOf(page: HTMLElement): Screen["room"] {
  const legend = page.querySelector<HTMLElement>(".leg")?.offsetHeight ?? 0;
  return { top: 64, bottom: Math.min(legend + 56, 200), left: 30, right: 60 };
}
