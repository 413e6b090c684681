/** Sanku's own layers on a plain canvas: grounds, lines, circles, marks and names, as MapLibre will draw them. */
import type { LayerSpecification } from "maplibre-gl";

import { type Value, type Worth, worthOf } from "./expressions.ts";
import { FONTS, RATIO } from "./symbols.ts";
import { type Feature, POLYGON } from "./tiles.ts";

/** Features with the place of their units on the canvas; clipped to their tile where they have a side. */
export interface Piece {
  layers: Map<string, Feature[]>;
  left: number;
  top: number;
  scale: number;
  side?: number;
}

export interface Sheet {
  pen: CanvasRenderingContext2D;
  zoom: number;
  width: number;
  height: number;
  images: Record<string, HTMLCanvasElement>;
  /** Where names stand already: left, top, right, bottom. */
  taken: [number, number, number, number][];
}

type Look = (name: string, feature: Feature) => Value;
type Draw = (sheet: Sheet, piece: Piece, feature: Feature, look: Look) => void;

const DRAWS: Record<string, Draw> = { fill: drawFill, line: drawLine, circle: drawCircle, symbol: drawSymbol };
const NOTHING: Feature = { id: 0, type: POLYGON, properties: {}, paths: [] };

/** Draw a layer. Throws where it says what no layer of Sanku's says. */
export function drawLayer(sheet: Sheet, layer: LayerSpecification, pieces: Piece[]): void {
  const { minzoom = 0, maxzoom = 99 } = layer;
  if (sheet.zoom < minzoom || sheet.zoom >= maxzoom) return;
  const look = looksOf(layer, sheet.zoom);
  if (layer.type === "background") {
    sheet.pen.fillStyle = String(look("background-color", NOTHING));
    sheet.pen.fillRect(0, 0, sheet.width, sheet.height);
    return;
  }
  const filter = "filter" in layer && layer.filter ? worthOf(layer.filter, `${layer.id}.filter`) : () => true;
  const part = "source-layer" in layer ? (layer["source-layer"] ?? "") : "";
  const draw = DRAWS[layer.type];
  for (const piece of pieces) {
    const here = (piece.layers.get(part) ?? []).filter((feature) => filter(feature, sheet.zoom));
    if (!here.length || !draw) continue;
    sheet.pen.save();
    if (piece.side && (layer.type === "fill" || layer.type === "line")) {
      sheet.pen.beginPath();
      sheet.pen.rect(piece.left, piece.top, piece.side, piece.side);
      sheet.pen.clip();
    }
    for (const feature of here) draw(sheet, piece, feature, look);
    sheet.pen.restore();
  }
}

function looksOf(layer: LayerSpecification, zoom: number): Look {
  const said = Object.entries({ ...layer.layout, ...layer.paint }).filter(([name]) => name !== "text-font");
  const worths: Record<string, Worth> = Object.fromEntries(said.map(([name, expression]) => [name, worthOf(expression, `${layer.id}.${name}`)]));
  return (name, feature) => worths[name]?.(feature, zoom);
}

function trace(pen: CanvasRenderingContext2D, { left, top, scale }: Piece, feature: Feature): void {
  pen.beginPath();
  for (const path of feature.paths) {
    path.forEach(({ x, y }, place) => pen[place ? "lineTo" : "moveTo"](left + x * scale, top + y * scale));
    if (feature.type === POLYGON) pen.closePath();
  }
}

function drawFill({ pen, images }: Sheet, piece: Piece, feature: Feature, look: Look): void {
  const pattern = images[String(look("fill-pattern", feature))];
  const repeated = pattern && pen.createPattern(pattern, "repeat");
  repeated?.setTransform(new DOMMatrix().scale(1 / RATIO));
  pen.globalAlpha = Number(look("fill-opacity", feature) ?? 1);
  pen.fillStyle = repeated ?? String(look("fill-color", feature));
  trace(pen, piece, feature);
  pen.fill("evenodd");
}

function drawLine({ pen }: Sheet, piece: Piece, feature: Feature, look: Look): void {
  const width = Number(look("line-width", feature) ?? 1);
  const dash = look("line-dasharray", feature);
  pen.strokeStyle = String(look("line-color", feature));
  pen.lineWidth = width;
  pen.setLineDash(Array.isArray(dash) ? dash.map((length) => Number(length) * width) : []);
  trace(pen, piece, feature);
  pen.stroke();
}

/** Return where a point stands on the canvas, shifted as its layer says. */
function spotOf({ left, top, scale }: Piece, feature: Feature, shift: Value): [number, number] {
  const { x = 0, y = 0 } = feature.paths[0]?.[0] ?? {};
  const [aside, down] = Array.isArray(shift) ? shift.map(Number) : [];
  return [left + x * scale + (aside ?? 0), top + y * scale + (down ?? 0)];
}

function drawCircle({ pen }: Sheet, piece: Piece, feature: Feature, look: Look): void {
  const [x, y] = spotOf(piece, feature, look("circle-translate", feature));
  const radius = Number(look("circle-radius", feature) ?? 5);
  const stroke = Number(look("circle-stroke-width", feature) ?? 0);
  for (const [colour, reach] of [
    [look("circle-stroke-color", feature), radius + stroke],
    [look("circle-color", feature), radius],
  ] as const) {
    pen.fillStyle = String(colour);
    pen.beginPath();
    pen.arc(x, y, reach, 0, 2 * Math.PI);
    pen.fill();
  }
}

function drawSymbol(sheet: Sheet, piece: Piece, feature: Feature, look: Look): void {
  const [x, y] = spotOf(piece, feature, look("text-translate", feature));
  const image = sheet.images[String(look("icon-image", feature))];
  if (image) {
    const [width, height] = [image.width / RATIO, image.height / RATIO];
    sheet.pen.drawImage(image, x - width / 2, y - height / 2, width, height);
  }
  const text = look("text-field", feature);
  if (text) writeText(sheet, x, y, linesOf(String(text), Number(look("text-max-width", feature) ?? 10)), feature, look);
}

const CHINESE = /[⺀-鿿]/;

/** Break a name wider than `most` of its height into even lines: a Chinese sign is as wide as it is high, others about half. */
export function linesOf(text: string, most: number): string[] {
  const signs = [...text];
  const wide = signs.reduce((sum, sign) => sum + (CHINESE.test(sign) ? 1 : 0.55), 0);
  if (wide <= most || !CHINESE.test(text)) return [text];
  const each = Math.ceil(signs.length / Math.ceil(wide / most));
  return Array.from({ length: Math.ceil(signs.length / each) }, (_none, line) => signs.slice(line * each, (line + 1) * each).join(""));
}

function writeText(sheet: Sheet, x: number, y: number, lines: string[], feature: Feature, look: Look): void {
  const { pen, taken } = sheet;
  const size = Number(look("text-size", feature) ?? 16);
  const offset = look("text-offset", feature);
  const high = lines.length * size * 1.2;
  const away = Number(look("text-radial-offset", feature) ?? 0) * size;
  const down = away || (Array.isArray(offset) ? Number(offset[1]) * size : 0);
  const top = y + down - (look("text-anchor", feature) === "top" ? 0 : look("text-anchor", feature) === "bottom" ? high : high / 2);
  pen.font = `${size}px ${FONTS}`;
  pen.textAlign = "center";
  pen.textBaseline = "middle";
  if (!look("text-allow-overlap", feature)) {
    const wide = Math.max(...lines.map((line) => pen.measureText(line).width));
    const box: [number, number, number, number] = [x - wide / 2, top, x + wide / 2, top + high];
    if (taken.some((other) => box[0] < other[2] && box[2] > other[0] && box[1] < other[3] && box[3] > other[1])) return;
    taken.push(box);
  }
  const halo = Number(look("text-halo-width", feature) ?? 0);
  lines.forEach((line, place) => {
    const middle = top + (place + 0.5) * size * 1.2;
    if (halo) {
      pen.strokeStyle = String(look("text-halo-color", feature));
      pen.lineWidth = halo * 2;
      pen.lineJoin = "round";
      pen.strokeText(line, x, middle);
    }
    pen.fillStyle = String(look("text-color", feature));
    pen.fillText(line, x, middle);
  });
}
