/** Vite plugin: one SVG sprite with the icons named in icons.json, drawn by Tabler Icons (MIT). */
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import type { Plugin } from "vite";

const ICONS = resolve(import.meta.dirname, "icons.json");
const FAVICON = resolve(import.meta.dirname, "favicon.svg");
const DRAWINGS = resolve(import.meta.dirname, "../node_modules/@tabler/icons/icons/outline");

function symbol(name: string): string {
  const drawing = readFileSync(resolve(DRAWINGS, `${name}.svg`), "utf8");
  const shapes = drawing
    .slice(drawing.indexOf(">") + 1, drawing.lastIndexOf("</svg>"))
    .replace(/\s*<path stroke="none"[^>]*>/, "")
    .replace(/\s*\n\s*/g, "");
  return `<symbol id="${name}" viewBox="0 0 24 24">${shapes}</symbol>`;
}

/** Emit the sprite, and the site's own icon, listed in the manifest as `frontend/icons.svg` and `frontend/favicon.svg`. */
export function sprite(): Plugin {
  return {
    name: "sanku-sprite",
    buildStart() {
      this.addWatchFile(ICONS);
    },
    generateBundle() {
      const names = JSON.parse(readFileSync(ICONS, "utf8")) as string[];
      const source = `<svg xmlns="http://www.w3.org/2000/svg">${names.map(symbol).join("")}</svg>`;
      this.emitFile({ type: "asset", name: "icons.svg", originalFileName: "frontend/icons.svg", source });
      const favicon = readFileSync(FAVICON, "utf8");
      this.emitFile({ type: "asset", name: "favicon.svg", originalFileName: "frontend/favicon.svg", source: favicon });
    },
  };
}
