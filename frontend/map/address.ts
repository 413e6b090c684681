/** What the map shows, as it stands in its address: whoever opens it sees the same. */

export interface View {
  /** Whose list stands beside the map. */
  current: string;
  /** The layers on the map; null: those that are shown at first. */
  layers: string[] | null;
  /** The current library's own query: search, filters, sort, the drawn shape. */
  query: URLSearchParams;
  /** The queries of the other libraries, by name. */
  others: Record<string, string>;
  at: { zoom: number; lat: number; lon: number } | null;
  /** A picked record: "sites:12". */
  pick: string;
  /** The filters of the national base's layer as a query; null: it is not shown. */
  national: string | null;
}

const WITHIN = "within";
// What a query says of the list alone.
const NOT_OF_TILES = ["sort", "page", "column", WITHIN];

/** Read an address; `names` are the libraries'. */
export function readView(search: string, names: string[], first: string): View {
  const query = new URLSearchParams(search);
  const take = (name: string): string | null => {
    const value = query.get(name);
    query.delete(name);
    return value;
  };
  const current = take("in") ?? first;
  const layers = take("layers");
  const at = (take("at") ?? "").split("/").map(Number);
  const pick = take("pick") ?? "";
  const national = take("national");
  const others: Record<string, string> = {};
  for (const name of names) {
    const own = take(name);
    if (own && name !== current) others[name] = own;
  }
  take("page");
  take("box");
  const [zoom, lat, lon] = at;
  const placed = at.length === 3 && at.every(Number.isFinite) && zoom !== undefined && lat !== undefined && lon !== undefined;
  return {
    current: names.includes(current) ? current : first,
    layers: layers === null ? null : layers.split(",").filter((name) => names.includes(name)),
    query,
    others,
    at: placed && Math.abs(lat) <= 85 && Math.abs(lon) <= 180 && zoom >= 0 && zoom <= 22 ? { zoom, lat, lon } : null,
    pick: /^\w+:\d+$/.test(pick) ? pick : "",
    national,
  };
}

/** Write the address's query. */
export function writeView(view: View): string {
  const parts = new URLSearchParams({ in: view.current });
  for (const [name, value] of view.query) parts.append(name, value);
  for (const [name, own] of Object.entries(view.others)) if (own) parts.set(name, own);
  if (view.layers) parts.set("layers", view.layers.join(","));
  if (view.at) parts.set("at", [view.at.zoom.toFixed(2), view.at.lat.toFixed(5), view.at.lon.toFixed(5)].join("/"));
  if (view.pick) parts.set("pick", view.pick);
  if (view.national !== null) parts.set("national", view.national);
  // Readable where it may be: a person looks at it too.
  return parts.toString().replace(/%2F/g, "/").replace(/%2C/g, ",").replace(/%3A/g, ":").replace(/%3B/g, ";");
}

/** Return the query with which a layer's tiles are asked for. */
export function tileQuery(view: View, name: string, edition: string): string {
  const query = new URLSearchParams(name === view.current ? view.query : view.others[name]);
  for (const own of NOT_OF_TILES) query.delete(own);
  // No filter may be called so: companies are filtered by the "edition" of a list of honours.
  if (edition) query.set("as-of", edition);
  return query.toString();
}

/** Make another library the current one; what each filters by stays with it, the drawn shape holds for all. */
export function switched(view: View, name: string): View {
  if (name === view.current) return view;
  const others = Object.fromEntries(Object.entries(view.others).filter(([other]) => other !== name));
  const left = new URLSearchParams(view.query);
  const within = left.get(WITHIN);
  left.delete(WITHIN);
  if (left.size) others[view.current] = left.toString();
  const query = new URLSearchParams(view.others[name]);
  if (within) query.set(WITHIN, within);
  const layers = view.layers?.includes(name) === false ? [...view.layers, name] : view.layers;
  return { ...view, current: name, query, others, layers, pick: "" };
}

/** Return the query by which the list of what is in view is asked for: the layers shown, the view's edges, a later page. */
export function listQuery(view: View, shown: readonly string[], edges: readonly number[], page = ""): string {
  const asked = new URLSearchParams(writeView({ ...view, at: null, pick: "", national: null }));
  asked.set("layers", shown.join(","));
  asked.set("box", edges.map((edge) => edge.toFixed(6)).join(","));
  if (page) asked.set("page", page);
  return asked.toString();
}
