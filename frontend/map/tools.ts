/** The buttons over the map: select by a drawn shape, measure, undo, share. */
import { coloursOf } from "./colours.ts";
import type { Drawer, Tool } from "./drawing.ts";
import { area, areaWords, length, lengthWords, readShape, ringOf, type Shape, type Spot } from "./geometry.ts";
import { showMeasured } from "./overlay.ts";
import type { OnePage } from "./page.ts";

const HINTS: Record<Tool, string> = { polygon: "drawHint", circle: "circleHint", way: "measureHint", ground: "drawHint" };

export class Tools {
  private drawer: Drawer | null = null;
  private starting: Tool | null = null;
  private measured = false;
  // The shapes that selected before, "" for none.
  private readonly past: string[] = [];
  private undoing = false;

  constructor(private readonly one: OnePage) {}

  /** Whether a click on the map is a tool's. */
  get busy(): boolean {
    return this.starting !== null || (this.drawer?.tool ?? null) !== null;
  }

  clicked(button: HTMLElement): void {
    const tool = button.dataset["tool"] as Tool | undefined;
    if (tool) void this.start(tool);
    else if (button.matches("[data-undo]")) this.undo();
    else if (button.matches("[data-share]")) void this.one.share();
  }

  private async start(tool: Tool): Promise<void> {
    const { map } = this.one;
    if (!map) return;
    const again = this.drawer?.tool === tool;
    this.stop();
    if (again) return;
    this.starting = tool;
    const { drawerOn } = await import("./drawing.ts");
    if (this.starting !== tool) return;
    this.starting = null;
    this.drawer ??= drawerOn(map, coloursOf(map.getContainer()), {
      moved: (which, drawn) => this.one.say(this.said(which, drawn)),
      done: (which, drawn) => this.done(which, drawn),
      refused: () => this.one.say(this.one.words("unclosed"), true),
    });
    this.drawer.start(tool);
    map.getCanvas().style.cursor = "crosshair";
    this.one.say(this.one.words(HINTS[tool]));
    this.mark();
  }

  /** End the tool, or take the measuring away; false where there was nothing to end. */
  stop(): boolean {
    const { map } = this.one;
    const was = this.busy || this.measured;
    this.starting = null;
    this.drawer?.stop();
    if (map) {
      if (this.measured) showMeasured(map, [], "");
      map.getCanvas().style.cursor = "";
    }
    this.measured = false;
    if (was) this.one.say("");
    this.mark();
    return was;
  }

  private done(tool: Tool, drawn: Shape | Spot[]): void {
    const { map } = this.one;
    this.mark();
    if (!map) return;
    map.getCanvas().style.cursor = "";
    const said = this.said(tool, drawn);
    if (tool === "way" || tool === "ground") {
      this.measured = true;
      showMeasured(map, Array.isArray(drawn) ? drawn : ringOf(drawn), said);
      this.one.say("");
    } else if (!Array.isArray(drawn)) {
      this.one.say("");
      this.one.select(drawn);
    }
  }

  private said(tool: Tool, drawn: Shape | Spot[]): string {
    const { words, settings } = { words: (key: string) => this.one.words(key), settings: this.one.settings };
    if (Array.isArray(drawn)) return words("distance").replace("{length}", lengthWords(length(drawn)));
    const ring = ringOf(drawn);
    const size = areaWords(area(ring), settings.areaUnit, words("mu"));
    const radius = tool === "circle" && drawn.kind === "circle" ? ` · r = ${lengthWords(drawn.radius)}` : "";
    return words("area").replace("{area}", size).replace("{length}", lengthWords(length(ring))) + radius;
  }

  /** Another shape selects now: remember the one before. */
  changed(before: string, now: string): void {
    if (before !== now && !this.undoing) this.past.push(before);
    this.mark();
  }

  /** Take back the last corner, or the last shape; false where there is nothing to take back. */
  undo(): boolean {
    if (this.drawer?.tool) return this.drawer.undo();
    const before = this.past.pop();
    if (before === undefined) return false;
    this.undoing = true;
    this.one.select(readShape(before));
    this.undoing = false;
    this.mark();
    return true;
  }

  private mark(): void {
    const on = this.drawer?.tool ?? null;
    for (const button of this.one.page.querySelectorAll<HTMLElement>("[data-tool]")) button.setAttribute("aria-pressed", String(button.dataset["tool"] === on));
    const undo = this.one.page.querySelector<HTMLButtonElement>("[data-undo]");
    if (undo) undo.disabled = on === null && this.past.length === 0;
  }
}
