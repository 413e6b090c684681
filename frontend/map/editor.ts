/** The pages on which a parcel is drawn, split or merged: the map in step with the form beside it, which does without it too. */
import type { Map as LibreMap } from "maplibre-gl";

import { isWriting } from "../elements/shell.ts";
import { readView } from "./address.ts";
import { baseAt, baseMap, NoMap } from "./base.ts";
import { type Bounds, boundsOf } from "./bounds.ts";
import { coloursOf } from "./colours.ts";
import { dragCorners, type Owner } from "./corners.ts";
import type { Drawer, Tool } from "./drawing.ts";
import { howMuch, type Settings, sizeOf, wordOf } from "./editor-settings.ts";
import { addSources, layers, show, showCuts, showRings } from "./editor-layers.ts";
import { withdrawVerdict, writeText } from "./editor-form.ts";
import { area, metresPerDegree, type Shape, type Spot } from "./geometry.ts";
import { areaOf, type Boundary, boundaryOf, type Corner, dropped, moved, nudged, Past, removed, type Rings, ringsOf, snapped } from "./rings.ts";

type State = { rings: Rings; cuts: Spot[][] };

const SNAP_PX = 12;
const NEAR_FROM_ZOOM = 12;
const REST_MS = 150;
const FIT = { padding: 70, maxZoom: 18 };
const DRAWN = "sanku:editor-drawn";
const ARROWS: Record<string, Spot> = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] };

/** Open the editor in its element. */
export async function openEditor(page: HTMLElement): Promise<void> {
  const settings = JSON.parse(document.getElementById("draw-settings")?.textContent ?? "{}") as Settings;
  const form = page.querySelector("form");
  const place = page.querySelector<HTMLElement>(".mc");
  if (form && place) await new Editor(page, form, place, settings).open();
}

class Editor implements Owner {
  rings: Rings;
  private cuts: Spot[][] = [];
  private chosen: Corner | null = null;
  private readonly past = new Past<State>();
  private map: LibreMap | null = null;
  private drawer: Drawer | null = null;
  private near: Rings = [];
  private own: number[];
  private resting = 0;
  private leaving = false;

  constructor(
    private readonly page: HTMLElement,
    private readonly form: HTMLFormElement,
    private readonly place: HTMLElement,
    private readonly settings: Settings,
  ) {
    this.rings = ringsOf(settings.boundary);
    this.own = settings.own;
  }

  get busy(): boolean {
    return (this.drawer?.tool ?? null) !== null;
  }

  private get edits(): boolean {
    return this.settings.task === "edit" || this.settings.task === "new";
  }

  async open(): Promise<void> {
    this.listen();
    this.say();
    try {
      await this.draw();
    } catch (problem) {
      this.note(this.word(problem instanceof NoMap ? "noMap" : "baseFailed"), true);
      this.page.classList.add("mapless");
      this.page.querySelector("details")?.setAttribute("open", "");
    }
  }

  private word(key: string, values: Record<string, string> = {}): string {
    return wordOf(this.settings, key, values);
  }

  private note(text: string, bad = false): void {
    const note = this.page.querySelector<HTMLElement>(".mnote");
    if (!note) return;
    note.hidden = !text;
    note.textContent = text;
    note.classList.toggle("bad", bad);
  }

  // --- the map --------------------------------------------------------------------------------

  private async draw(): Promise<void> {
    const base = await baseAt(this.place.dataset["base"] ?? "");
    const before = this.settings.task === "new" && document.referrer ? readView(new URL(document.referrer).search, [], "").at : null;
    const whole = this.bounds ?? boundsOf(base.zone.boundary?.coordinates);
    const start = before ? { center: [before.lon, before.lat] as Spot, zoom: before.zoom } : whole ? { bounds: whole, fitBoundsOptions: FIT } : {};
    const { map, paint, shown } = await baseMap(this.place, start);
    this.map = map;
    addSources(map);
    paint(layers);
    if (base.zone.boundary) show(map, "zone", [{ type: "Feature", properties: {}, geometry: base.zone.boundary }]);
    if (this.edits) dragCorners(map, this);
    if (this.settings.task === "merge") map.on("click", ({ point }) => this.pick(point));
    map.on("moveend", () => this.rested());
    map.on("idle", () => void shown().then(() => performance.mark(DRAWN)));
    this.took();
    this.refresh();
    this.rested();
    const hint = { edit: this.rings.length ? "editHint" : "drawRing", new: "drawRing", split: "drawLine", merge: "pickHint" }[this.settings.task];
    this.note(this.word(hint));
    if (this.edits && !this.rings.length) await this.tool("ring");
    if (this.settings.task === "split") await this.tool("line");
  }

  /** The extent of the parcel, or of those that are merged. */
  private get bounds(): Bounds | null {
    return boundsOf(this.rings) ?? boundsOf(this.parts().map(({ geometry }) => geometry.coordinates));
  }

  private rested(): void {
    window.clearTimeout(this.resting);
    this.resting = window.setTimeout(() => void this.askNear(), REST_MS);
    this.refresh();
  }

  /** Fetch the parcels in view, to be seen and snapped to. */
  private async askNear(): Promise<void> {
    const { map } = this;
    if (!map || map.getZoom() < NEAR_FROM_ZOOM) return;
    const bounds = map.getBounds();
    const box = [bounds.getWest(), bounds.getSouth(), bounds.getEast(), bounds.getNorth()].map((edge) => edge.toFixed(6)).join(",");
    const answer = await fetch(`${this.settings.neighbours}?box=${box}&without=${this.own.join(",")}`).catch(() => null);
    if (!answer?.ok) return;
    const { features } = (await answer.json()) as { features: GeoJSON.Feature<Boundary>[] };
    this.near = features.flatMap(({ geometry }) => ringsOf(geometry));
    show(map, "near", features);
  }

  snap(spot: Spot): Spot | null {
    const { map } = this;
    if (!map) return null;
    const [across] = metresPerDegree(spot[1]);
    const here = map.project(spot);
    const aside = map.unproject([here.x + SNAP_PX, here.y]);
    // A cut snaps to its own parcel, too.
    const others = this.settings.task === "split" ? [...this.near, ...this.rings] : this.near;
    const found = snapped(spot, others, Math.abs(aside.lng - spot[0]) * across);
    return found && [Math.round(found[0] * 1e9) / 1e9, Math.round(found[1] * 1e9) / 1e9];
  }

  /** Draw what there is anew. */
  private refresh(): void {
    if (this.map) {
      showRings(this.map, this.settings.task === "merge" ? [] : this.rings, this.chosen, this.edits);
      showCuts(this.map, this.cuts);
    }
    const enable = (name: string, on: boolean): void => {
      const button = this.page.querySelector<HTMLButtonElement>(`[data-do="${name}"]`);
      if (button) button.disabled = !on;
    };
    enable("corner", this.chosen !== null);
    enable("drop", this.chosen !== null);
    enable("clear", this.cuts.length > 0);
    enable("undo", this.past.size > 0 || this.busy);
  }

  // --- changes --------------------------------------------------------------------------------

  keep(): void {
    this.past.push({ rings: this.rings, cuts: this.cuts });
    withdrawVerdict(this.page);
  }

  show(chosen: Corner | null, done: boolean): void {
    this.chosen = chosen;
    this.refresh();
    this.say();
    if (done) this.store();
  }

  private change(rings: Rings, chosen: Corner | null = null): void {
    this.keep();
    this.rings = rings;
    this.show(chosen, true);
  }

  /** Put what is drawn into the form. */
  private store(): void {
    const put = (name: string, value: string): void => {
      const input = this.form.elements.namedItem(name);
      if (input instanceof HTMLInputElement) input.value = value;
    };
    if (this.edits) put("boundary", this.rings.length ? JSON.stringify(boundaryOf(this.rings)) : "");
    else put("lines", JSON.stringify(this.cuts));
  }

  /** Say how much is drawn, and how that compares with what is stated. */
  private say(): void {
    const { text, fits } = howMuch(areaOf(this.rings), this.settings);
    const said = this.page.querySelector("[data-drawn]");
    if (said) said.textContent = text;
    said?.classList.toggle("bad", !fits);
  }

  // --- drawing --------------------------------------------------------------------------------

  private async tool(name: "ring" | "line"): Promise<void> {
    const { map } = this;
    if (!map) return;
    const again = this.busy;
    this.stop();
    if (again) return;
    const { drawerOn } = await import("./drawing.ts");
    const heard = { moved: (_: Tool, drawn: Shape | Spot[]) => this.drawing(drawn), done: (_: Tool, drawn: Shape | Spot[]) => this.drew(drawn), refused: () => this.note(this.word("unclosed"), true) };
    this.drawer ??= drawerOn(map, coloursOf(this.place), heard, (spot) => this.snap(spot));
    this.drawer.start(name === "ring" ? "polygon" : "way");
    map.getCanvas().style.cursor = "crosshair";
    this.note(this.word(name === "ring" ? "drawRing" : "drawLine"));
    this.mark();
  }

  private drawing(drawn: Shape | Spot[]): void {
    if (!Array.isArray(drawn) && drawn.kind === "polygon" && area(drawn.ring) >= 1) this.note(this.word("drawn", { area: sizeOf(area(drawn.ring), this.settings) }));
  }

  private drew(drawn: Shape | Spot[]): void {
    if (this.map) this.map.getCanvas().style.cursor = "";
    this.note(this.word(this.edits ? "editHint" : "drawLine"));
    if (Array.isArray(drawn)) {
      this.keep();
      this.cuts = [...this.cuts, drawn];
      this.show(null, true);
      this.form.requestSubmit();
    } else if (drawn.kind === "polygon") this.change([...this.rings, drawn.ring.slice(0, -1)]);
    this.mark();
  }

  /** End what is being drawn; false, and said why, where it is no ring or line yet. */
  private finish(): boolean {
    // The drawing listens to the key alone.
    this.map?.getCanvas().dispatchEvent(new KeyboardEvent("keyup", { key: "Enter", bubbles: true }));
    if (this.drawer?.begun) this.note(this.word("unclosed"), true);
    return !this.drawer?.begun;
  }

  private stop(): boolean {
    const was = this.busy;
    this.drawer?.stop();
    if (this.map) this.map.getCanvas().style.cursor = "";
    if (was) this.note("");
    this.mark();
    return was;
  }

  private mark(): void {
    for (const button of this.page.querySelectorAll<HTMLElement>("[data-do=ring], [data-do=line]")) button.setAttribute("aria-pressed", String(this.busy));
    const finish = this.page.querySelector<HTMLElement>("[data-do=finish]");
    if (finish) finish.hidden = !this.busy;
    this.refresh();
  }

  private undo(): void {
    if (this.busy && this.drawer?.undo()) return;
    if (this.stop() && !this.past.size) return;
    const before = this.past.pop();
    if (!before) return;
    withdrawVerdict(this.page);
    this.rings = before.rings;
    this.cuts = before.cuts;
    this.show(null, true);
    if (this.settings.task === "split" && this.cuts.length) this.form.requestSubmit();
    else if (this.settings.task === "split" && this.map) show(this.map, "parts", []);
  }

  // --- hands ----------------------------------------------------------------------------------

  private listen(): void {
    this.page.addEventListener("click", (event) => this.clicked(event));
    this.page.addEventListener("change", (event) => this.chose(event));
    document.addEventListener("keydown", (event) => this.pressed(event), true);
    this.page.querySelector("details")?.addEventListener("toggle", () => this.write());
    // Before htmx hears of it.
    this.page.addEventListener("submit", (event) => this.sent(event), true);
    this.page.addEventListener("htmx:afterSwap", () => {
      this.leaving = false;
      this.took();
    });
    window.addEventListener("beforeunload", (event) => {
      if (this.past.size && !this.leaving) event.preventDefault();
    });
  }

  /** Send the form with all that is drawn; what is half drawn would be lost. */
  private sent(event: SubmitEvent): void {
    const asText = event.submitter?.getAttribute("name") === "apply";
    if (asText || !this.drawer?.begun || this.finish()) {
      this.leaving = true;
      this.store();
    } else {
      event.preventDefault();
      event.stopPropagation();
    }
  }

  private clicked(event: MouseEvent): void {
    const button = event.target instanceof Element ? event.target.closest<HTMLElement>("button, a") : null;
    if (!button) return;
    if (button.matches("[data-leaves]")) this.leaving = true;
    if (button.dataset["repair"]) this.change(ringsOf(JSON.parse(button.dataset["repair"]) as Boundary));
    const action = this.actions[button.dataset["do"] ?? ""];
    if (action) action();
  }

  private readonly actions: Record<string, () => void> = {
    ring: () => void this.tool("ring"),
    line: () => void this.tool("line"),
    corner: () => this.chosen && this.change(removed(this.rings, this.chosen)),
    drop: () => this.chosen && this.change(dropped(this.rings, this.chosen.ring)),
    clear: () => {
      this.keep();
      this.cuts = [];
      if (this.map) show(this.map, "parts", []);
      this.show(null, true);
    },
    finish: () => void this.finish(),
    undo: () => this.undo(),
    in: () => void this.map?.zoomIn(),
    out: () => void this.map?.zoomOut(),
    whole: () => this.whole(),
  };

  private whole(): void {
    const { bounds } = this;
    if (bounds) this.map?.fitBounds(bounds, FIT);
  }

  private pressed(event: KeyboardEvent): void {
    if (!(event.target instanceof Element) || isWriting(event.target) || this.settings.task === "merge") return;
    const corner = this.chosen;
    if ((event.ctrlKey || event.metaKey) && event.key === "z") this.undo();
    else if (event.key === "Escape" && this.busy) this.stop();
    else if ((event.key === "Delete" || event.key === "Backspace") && corner) this.change(removed(this.rings, corner));
    else if (ARROWS[event.key] && corner) this.nudge(corner, ARROWS[event.key] as Spot, event.shiftKey ? 1 : 0.1);
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  private nudge(corner: Corner, [east, north]: Spot, metres: number): void {
    const spot = this.rings[corner.ring]?.[corner.at];
    if (spot) this.change(moved(this.rings, corner, nudged(spot, east * metres, north * metres)), corner);
  }

  private chose(event: Event): void {
    const input = event.target;
    if (!(input instanceof HTMLElement)) return;
    if (input.matches("[data-choice]")) this.form.requestSubmit();
    else if (input.matches("[name=system]")) this.write();
  }

  private write(): void {
    writeText(this.form, this.edits ? this.rings : this.cuts);
  }

  // --- what the server says -------------------------------------------------------------------

  private parts(): GeoJSON.Feature<Boundary>[] {
    const text = this.page.querySelector<HTMLElement>("[data-parts]")?.dataset["parts"];
    return text ? (JSON.parse(text) as GeoJSON.FeatureCollection<Boundary>).features : [];
  }

  /** Take over what the form's answer holds: a boundary, pieces, the parcels that are merged. */
  private took(): void {
    const takes = this.page.querySelector<HTMLElement>("[data-takes]")?.dataset["takes"];
    if (takes) {
      this.past.push({ rings: this.rings, cuts: this.cuts });
      this.rings = ringsOf(JSON.parse(takes) as Boundary);
      this.show(null, true);
      this.whole();
    }
    const lines = this.form.elements.namedItem("lines");
    if (lines instanceof HTMLInputElement && lines.value) this.cuts = JSON.parse(lines.value) as Spot[][];
    const own = this.page.querySelector<HTMLElement>("[data-own]")?.dataset["own"];
    if (own) {
      this.own = JSON.parse(own) as number[];
      void this.askNear();
      this.whole();
    }
    if (this.map && !this.edits) show(this.map, "parts", this.parts());
    this.refresh();
  }

  /** Choose the parcel under the pointer for the merge, or leave it out again. */
  private pick(point: { x: number; y: number }): void {
    const id = this.map?.queryRenderedFeatures([point.x, point.y], { layers: ["near-fill"] })[0]?.id;
    const box = this.form.querySelector<HTMLInputElement>(`[name=with][value="${String(id)}"]`);
    if (box) {
      box.checked = !box.checked;
      this.form.requestSubmit();
    }
  }
}
