/**
 * A sheet of the map, A4 on its side: picture, title, legend, scale, date, who, sources and the note on the review number.
 *
 * The map is drawn anew at the size of the sheet, so that it does not hang on the window; the rest is drawn beside it
 * on a canvas with the machine's own fonts, which a PDF could not have embedded in Chinese.
 */
import { Map as LibreMap } from "maplibre-gl";

import type { BaseMap } from "./base.ts";
import { type Colours, coloursOf } from "./colours.ts";
import { broken, fitting } from "./lines.ts";
import { addSymbols } from "./symbols.ts";

export interface LegendEntry {
  label: string;
  draw: "free" | "offered" | "held" | "taken" | "stage" | "key" | "resident" | "other" | "target" | "boundary" | "cluster";
  number?: number;
}

export interface Sheet {
  title: string;
  subtitle: string;
  legendTitle: string;
  legend: LegendEntry[];
  notes: string[];
  /** Made of the scale's denominator. */
  scale: (denominator: string) => string;
}

// Millimetres, and pixels of the screen a millimetre at which the sheet is laid out; twice as many are drawn.
const PAGE = { width: 297, height: 210, margin: 10 };
const PX = 4;
const RATIO = 2;
const MAP = { left: PAGE.margin, top: 24, width: PAGE.width - 2 * PAGE.margin - 52, height: PAGE.height - 24 - 26 };
const FONT = '"PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", sans-serif';
const IDLE_MS = 20_000;

/** Draw the sheet of what a map shows. */
export async function sheetOf(shown: BaseMap, sheet: Sheet): Promise<HTMLCanvasElement> {
  const { picture, metresPerPixel, colours } = await pictureOf(shown);
  const canvas = document.createElement("canvas");
  canvas.width = PAGE.width * PX * RATIO;
  canvas.height = PAGE.height * PX * RATIO;
  const pen = canvas.getContext("2d");
  if (!pen) throw new Error("no canvas");
  pen.scale(PX * RATIO, PX * RATIO);
  pen.fillStyle = colours.surface;
  pen.fillRect(0, 0, PAGE.width, PAGE.height);
  pen.drawImage(picture, MAP.left, MAP.top, MAP.width, MAP.height);
  pen.strokeStyle = colours.text2;
  pen.lineWidth = 0.3;
  pen.strokeRect(MAP.left, MAP.top, MAP.width, MAP.height);
  heading(pen, sheet, colours);
  legend(pen, sheet, colours);
  scaleBar(pen, sheet, colours, metresPerPixel);
  notes(pen, sheet, colours);
  north(pen, colours);
  return canvas;
}

/** Draw the map at the size of the sheet; what the window shows stays in the middle, wholly. */
async function pictureOf({ map, paintCopy }: BaseMap): Promise<{ picture: HTMLCanvasElement; metresPerPixel: number; colours: Colours }> {
  const place = document.createElement("div");
  place.className = "print-map";
  place.dataset["bsTheme"] = "light"; // paper is white, also for who works in the dark
  document.body.append(place);
  const [width, height] = [MAP.width * PX, MAP.height * PX];
  const colours = coloursOf(place);
  place.style.width = `${width}px`;
  place.style.height = `${height}px`;
  const shown = map.getContainer();
  const fit = Math.min(width / shown.clientWidth, height / shown.clientHeight);
  const copy = new LibreMap({
    container: place,
    style: map.getStyle(),
    center: map.getCenter(),
    zoom: map.getZoom() + Math.log2(Math.max(fit, 0.1)),
    pixelRatio: RATIO,
    interactive: false,
    attributionControl: false,
    fadeDuration: 0,
    localIdeographFontFamily: FONT,
    canvasContextAttributes: { preserveDrawingBuffer: true },
  });
  try {
    copy.once("style.load", () => {
      addSymbols(copy, colours);
      paintCopy(copy, colours);
    });
    await new Promise<void>((resolve, reject) => {
      const late = window.setTimeout(() => reject(new Error("the map did not come to rest")), IDLE_MS);
      copy.once("idle", () => {
        window.clearTimeout(late);
        resolve();
      });
    });
    const picture = document.createElement("canvas");
    const drawn = copy.getCanvas();
    picture.width = drawn.width;
    picture.height = drawn.height;
    picture.getContext("2d")?.drawImage(drawn, 0, 0);
    const lat = copy.getCenter().lat;
    return { picture, colours, metresPerPixel: (40_075_016.7 * Math.cos((lat * Math.PI) / 180)) / (512 * 2 ** copy.getZoom()) };
  } finally {
    copy.remove();
    place.remove();
  }
}

function text(pen: CanvasRenderingContext2D, words: string, x: number, y: number, size: number, colour: string, weight = 400): void {
  pen.font = `${weight} ${size}px ${FONT}`;
  pen.fillStyle = colour;
  pen.fillText(words, x, y);
}

function heading(pen: CanvasRenderingContext2D, sheet: Sheet, colours: Colours): void {
  pen.font = `700 6px ${FONT}`;
  const size = fitting(6, pen.measureText(sheet.title).width, PAGE.width - 2 * PAGE.margin);
  text(pen, sheet.title, PAGE.margin, 14, size, colours.text, 700);
  pen.save();
  pen.beginPath();
  pen.rect(0, 14, PAGE.width - PAGE.margin, 10);
  pen.clip();
  text(pen, sheet.subtitle, PAGE.margin, 20, 3.4, colours.text2);
  pen.restore();
}

function legend(pen: CanvasRenderingContext2D, sheet: Sheet, colours: Colours): void {
  const x = MAP.left + MAP.width + 5;
  text(pen, sheet.legendTitle, x, MAP.top + 4, 4, colours.text, 700);
  let y = MAP.top + 11;
  for (const entry of sheet.legend) {
    if (y > PAGE.height - 12) return;
    mark(pen, entry, x + 2.5, y - 1.2, colours);
    pen.font = `400 3.4px ${FONT}`;
    for (const line of broken(entry.label, PAGE.width - x - 12, (words) => pen.measureText(words).width)) {
      text(pen, line, x + 8, y, 3.4, colours.text);
      y += 4.6;
    }
    y += 1.8;
  }
}

function mark(pen: CanvasRenderingContext2D, entry: LegendEntry, x: number, y: number, colours: Colours): void {
  pen.lineWidth = 0.4;
  pen.strokeStyle = entry.draw === "held" ? colours.heldInk : colours.accent;
  pen.beginPath();
  switch (entry.draw) {
    case "stage": {
      const number = entry.number ?? 0;
      pen.arc(x, y, 2.3, 0, 2 * Math.PI);
      pen.fillStyle = number ? colours[`s${number}` as "s1"] : colours.surface;
      pen.fill();
      if (!number) struck(pen, x, y, colours.lost);
      pen.textAlign = "center";
      if (number) text(pen, String(number), x, y + 1, 2.8, number < 4 ? colours.onStage1 : colours.onStage, 700);
      pen.textAlign = "start";
      return;
    }
    case "cluster":
      pen.arc(x, y, 2.3, 0, 2 * Math.PI);
      pen.fillStyle = colours.surface;
      break;
    case "boundary":
      pen.setLineDash([2, 0.8, 0.5, 0.8]);
      pen.moveTo(x - 2.5, y);
      pen.lineTo(x + 3, y);
      pen.stroke();
      pen.setLineDash([]);
      return;
    case "key":
    case "resident":
    case "other":
    case "target":
      role(pen, entry.draw, x, y, colours);
      break;
    default:
      pen.rect(x - 2, y - 2, 4, 4);
      pen.fillStyle = colours[entry.draw];
      if (entry.draw === "taken") pen.strokeStyle = colours.control;
  }
  pen.fill();
  pen.stroke();
  if (entry.draw !== "held") return;
  pen.beginPath();
  for (const shift of [-1, 1, 3]) {
    pen.moveTo(x - 2 + Math.max(shift - 2, 0), y - 2 + Math.min(shift + 1, 4));
    pen.lineTo(x - 2 + Math.min(shift + 1, 4), y - 2 + Math.max(shift - 2, 0));
  }
  pen.stroke();
}

/** Hatch a disc in which the path runs already, and draw its edge. */
function struck(pen: CanvasRenderingContext2D, x: number, y: number, ink: string): void {
  pen.save();
  pen.strokeStyle = ink;
  pen.stroke();
  pen.clip();
  pen.beginPath();
  for (const shift of [-2.4, -0.8, 0.8, 2.4]) {
    pen.moveTo(x + shift - 2.3, y + 2.3);
    pen.lineTo(x + shift + 2.3, y - 2.3);
  }
  pen.stroke();
  pen.restore();
}

function role(pen: CanvasRenderingContext2D, draw: "key" | "resident" | "other" | "target", x: number, y: number, colours: Colours): void {
  const fills = { key: colours.c1, resident: colours.c1, other: colours.surface, target: colours.surface };
  const lines = { key: colours.c1, resident: colours.c1, other: colours.c5, target: colours.c2 };
  pen.fillStyle = fills[draw];
  pen.strokeStyle = lines[draw];
  if (draw === "target") pen.arc(x, y, 1.9, 0, 2 * Math.PI);
  if (draw === "resident" || draw === "other") pen.rect(x - 1.6, y - 1.6, 3.2, 3.2);
  if (draw !== "key") return;
  for (let corner = 0; corner < 10; corner++) {
    const reach = corner % 2 ? 1.1 : 2.5;
    pen.lineTo(x + reach * Math.sin((corner * Math.PI) / 5), y - reach * Math.cos((corner * Math.PI) / 5));
  }
  pen.closePath();
}

/** Return the largest 1, 2 or 5 times a power of ten that is not above a length. */
export function roundLength(most: number): number {
  const power = 10 ** Math.floor(Math.log10(most));
  return ([5, 2, 1].find((step) => step * power <= most) ?? 1) * power;
}

function scaleBar(pen: CanvasRenderingContext2D, sheet: Sheet, colours: Colours, metresPerPixel: number): void {
  const metresPerMm = metresPerPixel * PX;
  const metres = roundLength(50 * metresPerMm);
  const [x, y, width] = [MAP.left, MAP.top + MAP.height + 6, metres / metresPerMm];
  pen.strokeStyle = colours.text;
  pen.lineWidth = 0.5;
  pen.beginPath();
  pen.moveTo(x, y - 1.6);
  pen.lineTo(x, y);
  pen.lineTo(x + width, y);
  pen.lineTo(x + width, y - 1.6);
  pen.stroke();
  const said = metres < 1000 ? `${metres} m` : `${metres / 1000} km`;
  const denominator = Number((metresPerMm * 1000).toPrecision(2)).toLocaleString("en");
  text(pen, `${said}　${sheet.scale(denominator)}`, x + width + 3, y, 3.2, colours.text2);
}

function notes(pen: CanvasRenderingContext2D, sheet: Sheet, colours: Colours): void {
  sheet.notes.forEach((note, place) => text(pen, note, PAGE.margin, MAP.top + MAP.height + 12 + place * 4.6, 3, colours.text2));
}

function north(pen: CanvasRenderingContext2D, colours: Colours): void {
  const [x, y] = [MAP.left + MAP.width - 7, MAP.top + 5];
  pen.beginPath();
  pen.moveTo(x, y);
  pen.lineTo(x + 2.4, y + 7);
  pen.lineTo(x, y + 5.4);
  pen.lineTo(x - 2.4, y + 7);
  pen.closePath();
  pen.fillStyle = colours.text;
  pen.fill();
  pen.textAlign = "center";
  text(pen, "N", x, y + 11, 3.4, colours.text, 700);
  pen.textAlign = "start";
}

/** Save a sheet as a picture. */
export async function savePng(canvas: HTMLCanvasElement, name: string): Promise<void> {
  const blob = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, "image/png"));
  if (!blob) throw new Error("no picture");
  save(blob, `${name}.png`);
}

/** Save a sheet as a PDF of one page. */
export async function savePdf(canvas: HTMLCanvasElement, name: string, title: string): Promise<void> {
  const { jsPDF } = await import("jspdf");
  const pdf = new jsPDF({ orientation: "landscape", unit: "mm", format: "a4", compress: true });
  pdf.setProperties({ title });
  pdf.addImage(canvas.toDataURL("image/jpeg", 0.92), "JPEG", 0, 0, PAGE.width, PAGE.height);
  save(pdf.output("blob"), `${name}.pdf`);
}

function save(blob: Blob, name: string): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  window.setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}
