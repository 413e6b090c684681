/** The patterns and marks that the map draws as images: a hatch for what is held or lost, and a mark a role. */
import type { Map as LibreMap } from "maplibre-gl";

import type { Colours } from "./colours.ts";

/** How many times larger than shown the images are drawn. */
export const RATIO = 2;

export const FONTS = '"PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", "Source Han Sans SC", sans-serif';

/** Return the images by the names that the layers call them, drawn at twice their size. */
export function imagesOf(colours: Colours): Record<string, HTMLCanvasElement> {
  return {
    held: hatch(colours.held, colours.heldInk),
    lost: disc(colours.surface, colours.lost),
    key: star(colours.c1, colours.surface),
    resident: square(colours.c1, colours.surface, 12),
    other: square(colours.surface, colours.c5, 10),
    target: ring(colours.c2, colours.surface),
  };
}

/** Put the images on the map, or draw them anew in other colours. */
export function addSymbols(map: LibreMap, colours: Colours): void {
  for (const [name, canvas] of Object.entries(imagesOf(colours))) {
    const image = canvas.getContext("2d")?.getImageData(0, 0, canvas.width, canvas.height) ?? new ImageData(canvas.width, canvas.height);
    if (map.hasImage(name)) map.updateImage(name, image);
    else map.addImage(name, image, { pixelRatio: RATIO });
  }
}

function drawn(side: number, draw: (pen: CanvasRenderingContext2D) => void): HTMLCanvasElement {
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = side * RATIO;
  const pen = canvas.getContext("2d", { willReadFrequently: true });
  pen?.scale(RATIO, RATIO);
  if (pen) draw(pen);
  return canvas;
}

function hatch(ground: string, ink: string): HTMLCanvasElement {
  return drawn(8, (pen) => {
    pen.fillStyle = ground;
    pen.fillRect(0, 0, 8, 8);
    pen.strokeStyle = ink;
    pen.lineWidth = 1.2;
    for (const shift of [-8, 0, 8]) {
      pen.beginPath();
      pen.moveTo(shift, 8);
      pen.lineTo(shift + 8, 0);
      pen.stroke();
    }
  });
}

function disc(ground: string, ink: string): HTMLCanvasElement {
  return drawn(20, (pen) => {
    pen.beginPath();
    pen.arc(10, 10, 8, 0, 2 * Math.PI);
    pen.fillStyle = ground;
    pen.fill();
    pen.save();
    pen.clip();
    pen.strokeStyle = ink;
    pen.lineWidth = 1.4;
    for (let shift = -20; shift < 20; shift += 4) {
      pen.beginPath();
      pen.moveTo(shift, 20);
      pen.lineTo(shift + 20, 0);
      pen.stroke();
    }
    pen.restore();
    pen.strokeStyle = ink;
    pen.stroke();
  });
}

function outlined(pen: CanvasRenderingContext2D, fill: string, line: string): void {
  pen.fillStyle = fill;
  pen.fill();
  pen.strokeStyle = line;
  pen.lineWidth = 1.6;
  pen.stroke();
}

function square(fill: string, line: string, side: number): HTMLCanvasElement {
  return drawn(20, (pen) => {
    pen.beginPath();
    pen.rect(10 - side / 2, 10 - side / 2, side, side);
    outlined(pen, fill, line);
  });
}

function star(fill: string, line: string): HTMLCanvasElement {
  return drawn(20, (pen) => {
    pen.beginPath();
    for (let corner = 0; corner < 10; corner++) {
      const reach = corner % 2 ? 4 : 9;
      const turn = (corner / 10) * 2 * Math.PI - Math.PI / 2;
      pen.lineTo(10 + reach * Math.cos(turn), 10 + reach * Math.sin(turn));
    }
    pen.closePath();
    outlined(pen, fill, line);
  });
}

function ring(ink: string, ground: string): HTMLCanvasElement {
  return drawn(20, (pen) => {
    pen.beginPath();
    pen.arc(10, 10, 7.5, 0, 2 * Math.PI);
    outlined(pen, ground, ink);
    pen.beginPath();
    pen.arc(10, 10, 3, 0, 2 * Math.PI);
    pen.fillStyle = ink;
    pen.fill();
  });
}
