/** The form beside the editor: what is drawn as text, and what the server said of it. */
import { type Datum, fromWgs84 } from "./datum.ts";
import type { Spot } from "./geometry.ts";
import { textOf } from "./rings.ts";

const DATUMS: Record<string, Datum> = { gcj02: "GCJ-02", bd09: "BD-09" };

const OF_VERDICT = [".banner", "[name=agreed]", "[data-repair]", ".dr-piece", "[name=save]"].map((part) => `#draw-said ${part}`).join(", ");

/** Write what is drawn as text, in the system that is chosen. */
export function writeText(form: HTMLFormElement, drawn: Spot[][]): void {
  const text = form.elements.namedItem("coordinates");
  const system = form.elements.namedItem("system");
  if (!(text instanceof HTMLTextAreaElement) || !(system instanceof HTMLSelectElement) || !drawn.length) return;
  text.value = textOf(drawn, (lon, lat) => fromWgs84(lon, lat, DATUMS[system.value] ?? "WGS-84"));
}

/** Take away what was said of another drawing than the one there is now, pieces too, and the buttons that go with it. */
export function withdrawVerdict(page: HTMLElement): void {
  for (const part of page.querySelectorAll(OF_VERDICT)) part.remove();
}
