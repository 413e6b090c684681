/** The national base on the map: a layer of all companies of the country with filters of its own, below the records. */
import type { ExpressionSpecification, LayerSpecification, MapGeoJSONFeature, Map as LibreMap, MapMouseEvent, VectorTileSource } from "maplibre-gl";

import type { Colours } from "./colours.ts";
import { formQuery } from "./national-query.ts";
import type { OnePage } from "./page.ts";
import type { NationalSettings } from "./settings.ts";

const SOURCE = "national";
const LARGEST_ZOOM = 14;
const NAMED = "national:";
const COUNT: ExpressionSpecification = ["get", "count"];
const CLICKED = ["national-clusters", "national-companies"];
const REST_MS = 350;

export class National {
  private typing = 0;
  private readonly panel: HTMLDetailsElement | null;
  private readonly form: HTMLFormElement | null;

  constructor(private readonly one: OnePage) {
    this.panel = one.page.querySelector<HTMLDetailsElement>("[data-national-panel]");
    this.form = this.panel?.querySelector("form") ?? null;
    this.fill();
    this.form?.addEventListener("input", () => this.later());
    this.form?.addEventListener("reset", () => this.later());
    this.form?.addEventListener("submit", (event) => event.preventDefault());
    // On a phone the form would hide the map.
    if (this.panel && window.matchMedia("(max-width: 640px)").matches) this.panel.open = false;
  }

  private get settings(): NationalSettings | null {
    return this.one.settings.national;
  }

  private get on(): boolean {
    return this.settings !== null && this.one.view.national !== null;
  }

  /** Put what the address asks for into the form. */
  private fill(): void {
    for (const [name, value] of new URLSearchParams(this.one.view.national ?? "")) {
      const field = this.form?.elements.namedItem(name);
      if (field instanceof HTMLSelectElement) field.value = value;
      else if (field instanceof HTMLInputElement) field.value = name.startsWith("capital") ? String(Number(value) / 10_000) : value;
    }
  }

  private tiles(): string {
    const query = this.one.view.national;
    return `${location.origin}${this.settings?.tiles ?? ""}${query ? `?${query}` : ""}`;
  }

  /** Add the source, where there is a base. */
  add(map: LibreMap): void {
    if (this.settings) map.addSource(SOURCE, { type: "vector", tiles: [this.tiles()], maxzoom: LARGEST_ZOOM });
  }

  /** Return the layers, in the order in which they are drawn. */
  layers(colours: Colours): LayerSpecification[] {
    return this.settings ? nationalLayers(colours) : [];
  }

  /** Show or hide all of it, as the address says. */
  show(): void {
    if (!this.settings) return;
    for (const layer of this.one.map?.getStyle().layers ?? []) {
      if (layer.id.startsWith("national-")) this.one.map?.setLayoutProperty(layer.id, "visibility", this.on ? "visible" : "none");
    }
    this.one.page.querySelector("[data-national]")?.setAttribute("aria-pressed", String(this.on));
    const legend = this.one.page.querySelector<HTMLElement>('[data-of="national"]');
    if (legend) legend.hidden = !this.on;
    if (this.panel) this.panel.hidden = !this.on;
  }

  /** Open the card that the address picks. */
  openPicked(): void {
    const { pick } = this.one.view;
    if (this.on && pick.startsWith(NAMED)) this.pick(pick.slice(NAMED.length));
  }

  toggle(): void {
    const query = this.form ? formQuery(new FormData(this.form)) : "";
    this.one.view = { ...this.one.view, national: this.on ? null : query };
    if (!this.on && this.one.view.pick.startsWith(NAMED)) this.one.close();
    this.one.write();
    if (this.on) this.renew();
    this.show();
  }

  private later(): void {
    window.clearTimeout(this.typing);
    this.typing = window.setTimeout(() => {
      if (!this.on || !this.form?.reportValidity()) return;
      const query = formQuery(new FormData(this.form));
      if (query === this.one.view.national) return;
      this.one.view = { ...this.one.view, national: query };
      this.one.write();
      this.renew();
    }, REST_MS);
  }

  private renew(): void {
    this.one.map?.getSource<VectorTileSource>(SOURCE)?.setTiles([this.tiles()]);
  }

  /** Return what of the base lies under the pointer. */
  under({ point }: MapMouseEvent): MapGeoJSONFeature | undefined {
    if (!this.on) return undefined;
    const near: [[number, number], [number, number]] = [
      [point.x - 3, point.y - 3],
      [point.x + 3, point.y + 3],
    ];
    return this.one.map?.queryRenderedFeatures(near, { layers: CLICKED })[0];
  }

  /** Zoom into a cluster, or show the card of a company or of many in one place; false where there is neither. */
  clicked(event: MapMouseEvent): boolean {
    const feature = this.under(event);
    const map = this.one.map;
    if (!feature || !map) return false;
    const zoom = Math.floor(map.getZoom());
    // From here on a cluster is many companies at one position: nothing comes apart any more.
    const together = feature.sourceLayer === "clusters" && zoom >= 12;
    if (feature.sourceLayer === "companies" || together) this.pick(String(feature.id));
    else map.easeTo({ center: (feature.geometry as GeoJSON.Point).coordinates as [number, number], zoom: Math.min(zoom + 2, 13) });
    return true;
  }

  /** Show the card of a feature by its id. */
  pick(id: string): void {
    const query = this.one.view.national;
    this.one.showCard(NAMED + id, (this.settings?.feature ?? "").replace("{id}", id) + (query ? `?${query}` : ""));
    this.mark(Number(id));
  }

  /** Ring one company, or none. */
  mark(id: number | null): void {
    if (this.one.map?.getLayer("national-picked")) this.one.map.setFilter("national-picked", ["==", ["id"], id ?? -1]);
  }
}

/** Say a count in few characters. */
function short(): ExpressionSpecification {
  const tenth = (by: number): ExpressionSpecification => ["/", ["round", ["/", COUNT, by / 10]], 10];
  if (document.documentElement.lang.startsWith("zh")) return ["case", [">=", COUNT, 10_000], ["concat", tenth(10_000), "万"], ["to-string", COUNT]];
  return ["case", [">=", COUNT, 1_000_000], ["concat", tenth(1_000_000), "M"], [">=", COUNT, 1_000], ["concat", tenth(1_000), "k"], ["to-string", COUNT]];
}

function nationalLayers(colours: Colours): LayerSpecification[] {
  const clusters = { source: SOURCE, "source-layer": "clusters" };
  const companies = { source: SOURCE, "source-layer": "companies" };
  return [
    {
      id: "national-clusters",
      type: "circle",
      ...clusters,
      paint: {
        "circle-radius": ["interpolate", ["linear"], ["log10", COUNT], 0.3, 4, 2, 8, 4, 13, 6, 18],
        "circle-color": colours.c5,
        "circle-opacity": ["interpolate", ["linear"], ["log10", COUNT], 0.3, 0.3, 5, 0.6],
        "circle-stroke-color": colours.c5,
        "circle-stroke-width": 1,
      },
    },
    {
      id: "national-companies",
      type: "circle",
      ...companies,
      paint: {
        "circle-radius": ["interpolate", ["linear"], ["zoom"], 8, 2.4, 12, 3, 15, 5],
        "circle-color": colours.c5,
        "circle-stroke-color": colours.surface,
        "circle-stroke-width": ["interpolate", ["linear"], ["zoom"], 10, 0.4, 14, 1.2],
      },
    },
    {
      id: "national-counts",
      type: "symbol",
      ...clusters,
      layout: {
        "text-field": short(),
        "text-font": ["sans"],
        "text-size": 11,
        "symbol-sort-key": ["-", 0, COUNT],
        "text-padding": 1,
      },
      paint: { "text-color": colours.text, "text-halo-color": colours.halo, "text-halo-width": 1.4 },
    },
    {
      id: "national-picked",
      type: "circle",
      ...companies,
      filter: ["==", ["id"], -1],
      paint: { "circle-radius": 10, "circle-color": "transparent", "circle-stroke-color": colours.text, "circle-stroke-width": 3 },
    },
  ];
}
