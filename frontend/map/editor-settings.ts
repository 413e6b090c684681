/** What a page of the editor brings along (sanku/sites/draw_page.py, in step with it). */
import { bothUnits } from "./geometry.ts";
import { type Boundary, compared } from "./rings.ts";

export interface Settings {
  task: "edit" | "new" | "split" | "merge";
  boundary: Boundary | null;
  neighbours: string;
  own: number[];
  statedM2: number | null;
  tolerance: number;
  toleranceM2: number;
  words: Record<string, string>;
}

/** Return what the page says by a key, with values put in. */
export function wordOf(settings: Settings, key: string, values: Record<string, string> = {}): string {
  return (settings.words[key] ?? key).replace(/\{(\w+)\}/g, (whole, name: string) => values[name] ?? whole);
}

/** Say an area in both units. */
export function sizeOf(m2: number, settings: Settings): string {
  return bothUnits(m2, wordOf(settings, "mu"));
}

const grouped = (percent: number): string => percent.toLocaleString("en", { minimumFractionDigits: 1, maximumFractionDigits: 1 });

/** Say how much is drawn, in square metres, and how that compares with what is stated. */
export function howMuch(drawn: number, settings: Settings): { text: string; fits: boolean } {
  if (!drawn) return { text: wordOf(settings, "nothing"), fits: true };
  const said = wordOf(settings, "drawn", { area: sizeOf(drawn, settings) });
  if (!settings.statedM2) return { text: `${said} · ${wordOf(settings, "noStated")}`, fits: true };
  const { m2, percent, fits } = compared(drawn, settings.statedM2, settings.tolerance, settings.toleranceM2);
  const off = { sign: m2 < 0 ? "−" : "+", area: sizeOf(Math.abs(m2), settings), percent: grouped(Math.abs(percent)) };
  return { text: `${said} · ${Math.abs(m2) < 0.5 ? wordOf(settings, "fits") : wordOf(settings, "differs", off)}`, fits };
}
