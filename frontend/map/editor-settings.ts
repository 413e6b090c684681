/** What a page of the editor brings along (sanku/sites/draw_page.py, in step with it). */
import type { Boundary } from "./rings.ts";

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
