/** The one map's page: the map, the list beside it and the card, in step with each other and with the address. */
import type { MapGeoJSONFeature, MapMouseEvent, VectorTileSource } from "maplibre-gl";

import { listQuery, switched, tileQuery, type View, writeView } from "./address.ts";
import { type BaseMap, baseAt, baseMap, NoMap } from "./base.ts";
import { boundsOf } from "./bounds.ts";
import { coloursOf } from "./colours.ts";
import { Fragment } from "./fragments.ts";
import { readShape, ringOf, type Shape, type Spot, writeShape } from "./geometry.ts";
import { Hands } from "./hands.ts";
import { National } from "./national.ts";
import { addOverlays, drawnLayers, showDrawn, showShapes, zoneLayers } from "./overlay.ts";
import { printMap } from "./printing.ts";
import { clickable, LARGEST_TILE_ZOOM, markRecord, ORDER, recordLayers, sourceOf } from "./records.ts";
import type { Settings } from "./settings.ts";
import { type FirstList, roomOf, type Sketch, told } from "./sketch.ts";
import { addSymbols } from "./symbols.ts";
import { Tools } from "./tools.ts";
import { Unveiling } from "./unveiling.ts";

const REST_MS = 120;
const DRAWN = "sanku:map-drawn";
const SAME_PLACE_DEGREES = 0.0004;

/** Open the map in its element, where a sketch of it stands. */
export async function openMap(page: HTMLElement, place: HTMLElement, sketch: Sketch, first: FirstList): Promise<void> {
  const card = page.querySelector<HTMLElement>("#preview");
  if (card) await new OnePage(page, place, told<Settings>("map-settings"), first.fragment, new Fragment(card), sketch).open(first.came);
}

export class OnePage {
  view: View;
  readonly shown: Set<string>;
  private base: BaseMap | null = null;
  private edition = "";
  private resting = 0;
  private listPage = "";
  private listedBox = "";
  readonly tools: Tools;
  readonly national: National;

  constructor(
    readonly page: HTMLElement,
    private readonly place: HTMLElement,
    readonly settings: Settings,
    private readonly list: Fragment,
    private readonly card: Fragment,
    private readonly sketch: Sketch,
  ) {
    this.view = sketch.view;
    const pressed = [...page.querySelectorAll<HTMLElement>("[data-layer][aria-pressed=true]")];
    this.shown = new Set(pressed.map((button) => button.dataset["layer"] ?? ""));
    this.tools = new Tools(this);
    this.national = new National(this);
  }

  /** Draw the map; `listed` says whether its list came. */
  async open(listed: Promise<boolean>): Promise<void> {
    new Hands(this);
    this.listedBox = this.box;
    void listed.then((came) => came && this.readList());
    try {
      await this.draw();
    } catch (problem) {
      this.say(problem instanceof NoMap ? problem.message : this.words("baseFailed"), true);
    }
  }

  get map(): BaseMap["map"] | null {
    return this.base?.map ?? null;
  }

  words(key: string): string {
    return this.settings.words[key] ?? key;
  }

  /** Say something over the map; nothing takes it away. */
  say(text: string, isProblem = false): void {
    const note = this.page.querySelector<HTMLElement>(".mnote");
    if (!note) return;
    note.hidden = !text;
    note.textContent = text;
    note.classList.toggle("bad", isProblem);
  }

  // --- the map --------------------------------------------------------------------------------

  private async draw(): Promise<void> {
    const base = await baseAt(this.place.dataset["base"] ?? "");
    const picked = this.settings.picked;
    const unveiling = new Unveiling(this.sketch, this.place);
    this.base = await baseMap(this.place, { ...this.sketch.opening, ...unveiling.options });
    const { map } = this.base;
    this.list.ready = this.base.shown;
    const revealed = unveiling.follow(this.base);
    addSymbols(map, coloursOf(this.place));
    addOverlays(map, base.zone.boundary);
    this.national.add(map);
    for (const name of ORDER) this.addSource(name);
    this.base.paint((colours) => {
      addSymbols(map, colours);
      return [...this.national.layers(colours), ...(base.zone.boundary ? zoneLayers(colours) : []), ...ORDER.flatMap((name) => recordLayers(name, colours)), ...drawnLayers(colours)];
    });
    for (const name of ORDER) this.showLayer(name);
    this.national.show();
    showShapes(map, this.shape && ringOf(this.shape));
    if (picked) this.pick(picked.layer, picked.id);
    else this.national.openPicked();
    // What measures the page, and waits for it, looks for this mark: everything is drawn.
    void revealed.then(() => performance.mark(DRAWN));
    map.on("moveend", () => this.moved());
    map.on("click", (event) => this.clickedMap(event));
    map.on("mousemove", (event) => this.pointed(event));
    this.noteZone(base.zone.boundarySource);
    this.moved();
  }

  private noteZone(source: string): void {
    const words = this.page.querySelector("[data-zone-words]");
    if (words && source) words.textContent = this.words("zone").replace("{source}", source);
  }

  private tilesOf(name: string): string {
    const query = tileQuery(this.view, name, this.edition);
    return `${location.origin}${this.settings.layers[name]?.tiles ?? ""}${query ? `?${query}` : ""}`;
  }

  private addSource(name: string): void {
    this.map?.addSource(sourceOf(name), { type: "vector", tiles: [this.tilesOf(name)], maxzoom: LARGEST_TILE_ZOOM });
  }

  private renewTiles(): void {
    for (const name of ORDER) this.map?.getSource<VectorTileSource>(sourceOf(name))?.setTiles([this.tilesOf(name)]);
  }

  private showLayer(name: string): void {
    const on = this.shown.has(name);
    for (const layer of recordLayers(name, coloursOf(this.place))) this.map?.setLayoutProperty(layer.id, "visibility", on ? "visible" : "none");
    this.page.querySelector(`[data-layer="${name}"]`)?.setAttribute("aria-pressed", String(on));
    const legend = this.page.querySelector<HTMLElement>(`[data-of="${name}"]`);
    if (legend) legend.hidden = !on;
  }

  /** Show or hide a layer. */
  toggle(name: string): void {
    // The list's own layer stays: what it lists must be there to see.
    if (name === this.view.current) return;
    if (!this.shown.delete(name)) this.shown.add(name);
    this.view = { ...this.view, layers: ORDER.filter((one) => this.shown.has(one)) };
    this.showLayer(name);
    this.write();
    void this.refresh();
  }

  private moved(): void {
    if (!this.base) return;
    const { map, shown } = this.base;
    const { lng: lon, lat } = map.getCenter();
    this.view = { ...this.view, at: { zoom: map.getZoom(), lat, lon } };
    this.write();
    window.clearTimeout(this.resting);
    // A drawn shape's list hangs on no view; what is moved on is listed where it comes to rest.
    if ((!this.shape || !this.edition) && this.box !== this.listedBox) this.resting = window.setTimeout(() => void shown().then(() => void (map.isMoving() || this.refresh())), REST_MS);
  }

  private clickedMap(event: MapMouseEvent): void {
    if (this.tools.busy) return;
    const feature = this.under(event);
    if (!feature) return void (this.national.clicked(event) || this.close());
    const name = feature.source.replace("records-", "");
    if (feature.sourceLayer === "clusters") return this.expand(name, String(feature.properties["box"]));
    this.pick(name, Number(feature.id));
  }

  private under({ point }: MapMouseEvent): MapGeoJSONFeature | undefined {
    const layers = clickable([...ORDER].reverse().filter((name) => this.shown.has(name)));
    const near: [[number, number], [number, number]] = [
      [point.x - 3, point.y - 3],
      [point.x + 3, point.y + 3],
    ];
    return this.map?.queryRenderedFeatures(near, { layers })[0];
  }

  private pointing = 0;

  private pointed(event: MapMouseEvent): void {
    const map = this.map;
    if (!map || this.pointing || this.tools.busy || map.isMoving()) return;
    this.pointing = window.setTimeout(() => {
      this.pointing = 0;
      if (!this.tools.busy) map.getCanvas().style.cursor = (this.under(event) ?? this.national.under(event)) ? "pointer" : "";
    }, 60);
  }

  /** Zoom to what a cluster gathers; where all stand in one place, list them. */
  private expand(name: string, box: string): void {
    const [west = 0, south = 0, east = 0, north = 0] = box.split(",").map(Number);
    if (east - west > SAME_PLACE_DEGREES || north - south > SAME_PLACE_DEGREES) {
      this.map?.fitBounds([west, south, east, north], { padding: 80, maxZoom: 18 });
      return;
    }
    const ring: Spot[] = [
      [west, south],
      [east, south],
      [east, north],
      [west, north],
    ];
    this.view = switched(this.view, name);
    this.select({ kind: "polygon", ring });
  }

  /** Show the whole zone. */
  wholeZone(): void {
    const zone = this.base?.base.zone;
    const bounds = boundsOf(zone?.boundary?.coordinates);
    if (bounds) this.map?.fitBounds(bounds, { padding: roomOf(this.page) });
    else if (zone?.centre) this.map?.easeTo({ center: zone.centre, zoom: 12 });
  }

  // --- what is asked for ----------------------------------------------------------------------

  /** The shape that selects, if any. */
  get shape(): Shape | null {
    return readShape(this.view.query.get("within") ?? "");
  }

  /** List what lies in a shape, or what is in view again. */
  select(shape: Shape | null): void {
    const query = new URLSearchParams(this.view.query);
    if (shape) query.set("within", writeShape(shape));
    else query.delete("within");
    this.apply(query);
  }

  /** Take another query for the list and the tiles. */
  apply(query: URLSearchParams): void {
    const before = this.view.query.get("within") ?? "";
    const tiles = tileQuery(this.view, this.view.current, this.edition);
    for (const name of ["in", "page", "box"]) query.delete(name);
    this.view = { ...this.view, query };
    if (this.map) showDrawn(this.map, this.shape && ringOf(this.shape));
    this.tools.changed(before, query.get("within") ?? "");
    if (tileQuery(this.view, this.view.current, this.edition) !== tiles) this.renewTiles();
    this.listPage = "";
    this.write();
    void this.refresh();
  }

  write(): void {
    history.replaceState(history.state, "", `${location.pathname}?${writeView(this.view)}`);
  }

  /** What is in view: west, south, east, north. */
  private get edges(): readonly number[] {
    const bounds = this.map?.getBounds();
    return bounds ? [bounds.getWest(), bounds.getSouth(), bounds.getEast(), bounds.getNorth()] : this.sketch.edges;
  }

  /** The same as the list is told it. */
  private get box(): string {
    return this.edges.map((edge) => edge.toFixed(6)).join(",");
  }

  /** Fetch the list anew. */
  async refresh(): Promise<void> {
    this.listedBox = this.box;
    const shown = ORDER.filter((name) => this.shown.has(name));
    const query = listQuery(this.view, shown, this.edges, this.listPage);
    if (await this.list.show(`${this.page.dataset["list"] ?? ""}?${query}`)) this.readList();
  }

  /** Take from a list that came which edition of the records it shows. */
  private readList(): void {
    const edition = this.list.place.querySelector<HTMLElement>("[data-edition]")?.dataset["edition"] ?? "";
    const grown = this.edition !== "" && edition !== this.edition;
    this.edition = edition;
    if (grown) this.renewTiles();
    this.markRow();
  }

  // --- records --------------------------------------------------------------------------------

  /** Show a record's card and ring it on the map. */
  pick(name: string, id: number): void {
    this.showCard(`${name}:${id}`, (this.settings.layers[name]?.preview ?? "").replace("{id}", String(id)));
    if (this.map) markRecord(this.map, ORDER, { layer: name, id });
  }

  /** Show a card; `pick` is what it shows, as the view says it. */
  showCard(pick: string, address: string): void {
    this.view = { ...this.view, pick };
    this.write();
    this.unmark();
    this.card.place.hidden = false;
    this.page.classList.add("carded");
    void this.card.show(address);
    this.markRow();
  }

  /** Close the card; false where none was open. */
  close(): boolean {
    if (!this.view.pick) return false;
    this.view = { ...this.view, pick: "" };
    this.write();
    this.card.place.hidden = true;
    this.card.place.replaceChildren();
    this.page.classList.remove("carded");
    this.unmark();
    this.markRow();
    return true;
  }

  private unmark(): void {
    if (this.map) markRecord(this.map, ORDER, null);
    this.national.mark(null);
  }

  /** Ring a record of the list while the pointer is on its row; null: the picked one again. */
  ring(id: number | null): void {
    const [name = "", picked = ""] = this.view.pick.split(":");
    const pickedOne = picked ? { layer: name, id: Number(picked) } : null;
    if (this.map) markRecord(this.map, ORDER, id === null ? pickedOne : { layer: this.view.current, id });
  }

  private get rows(): HTMLAnchorElement[] {
    return [...this.list.place.querySelectorAll<HTMLAnchorElement>("a[data-id]")];
  }

  private markRow(): void {
    const [name, id] = this.view.pick.split(":");
    for (const row of this.rows) {
      const on = name === this.view.current && row.dataset["id"] === id;
      row.classList.toggle("on", on);
      if (on) {
        row.setAttribute("aria-current", "true");
        row.scrollIntoView({ block: "nearest" });
      } else row.removeAttribute("aria-current");
    }
  }

  /** Show the record of a row, moving the map only where it is out of view. */
  pickRow(row: HTMLElement): void {
    this.pick(this.view.current, Number(row.dataset["id"]));
    const [lon = 0, lat = 0] = (row.dataset["at"] ?? "").split(",").map(Number);
    const map = this.map;
    if (map && !map.getBounds().contains([lon, lat])) map.easeTo({ center: [lon, lat] });
  }

  /** Show the next row's record, or the one before. */
  step(by: number): void {
    const rows = this.rows;
    const at = rows.findIndex((row) => row.classList.contains("on"));
    const next = rows[at < 0 ? 0 : at + by];
    if (!next) return;
    this.pickRow(next);
    next.focus({ preventScroll: true });
  }

  /** Make another library the list's. */
  showTab(name: string): void {
    this.close();
    this.view = switched(this.view, name);
    this.shown.add(name);
    this.showLayer(name);
    this.turn("");
    this.write();
  }

  /** Show another page of the list. */
  turn(place: string): void {
    this.listPage = place;
    void this.refresh();
  }

  private zoomingTo = 0;

  /** Zoom by steps; one asked for while the last is under way is added to it. */
  zoom(by: number): void {
    const map = this.map;
    if (!map) return;
    const from = map.isZooming() ? this.zoomingTo : map.getZoom();
    this.zoomingTo = Math.min(Math.max(from + by, map.getMinZoom()), map.getMaxZoom());
    map.zoomTo(this.zoomingTo);
  }

  print(kind: string): void {
    if (this.base) void printMap(this, this.base, kind);
  }

  /** Copy the address of what is shown. */
  async share(): Promise<void> {
    try {
      await navigator.clipboard.writeText(location.href);
      this.say(this.words("copied"));
    } catch {
      this.say(this.words("copyFailed"));
    }
    window.setTimeout(() => this.say(""), 4000);
  }
}
