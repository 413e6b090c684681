/** MapLibre's expressions, as far as Sanku's own layers use them, for what is drawn before MapLibre is there. */
import type { Feature } from "./tile-reader.ts";

export type Value = string | number | boolean | undefined | Value[];
/** What an expression is worth for a feature at a zoom. */
export type Worth = (feature: Feature, zoom: number) => Value;

type Make = (parts: Worth[]) => Worth;

const BY_NAME: Record<string, Make> = {
  get: ([key]) => (feature, zoom) => feature.values[String(key?.(feature, zoom))],
  has: ([key]) => (feature, zoom) => String(key?.(feature, zoom)) in feature.values,
  id: () => (feature) => feature.id,
  zoom: () => (_feature, zoom) => zoom,
  "geometry-type": () => (feature) => feature.type,
  "!": ([one]) => (feature, zoom) => !one?.(feature, zoom),
  "==": ([one, other]) => (feature, zoom) => one?.(feature, zoom) === other?.(feature, zoom),
  "+": (parts) => (feature, zoom) => parts.reduce((sum, part) => sum + Number(part(feature, zoom)), 0),
  all: (parts) => (feature, zoom) => parts.every((part) => part(feature, zoom)),
  log10: ([one]) => (feature, zoom) => Math.log10(Number(one?.(feature, zoom))),
  "to-string": ([one]) => (feature, zoom) => String(one?.(feature, zoom) ?? ""),
  "index-of": ([one, all]) => (feature, zoom) => listed(all?.(feature, zoom)).indexOf(one?.(feature, zoom)),
  in: ([one, all]) => (feature, zoom) => listed(all?.(feature, zoom)).includes(one?.(feature, zoom)),
};

const listed = (value: Value): Value[] => (Array.isArray(value) ? value : []);

/** Return how to work an expression out. Throws where it is of a kind that no layer of Sanku's has. */
export function worthOf(expression: unknown): Worth {
  if (!Array.isArray(expression)) return () => expression as Value;
  const [name, ...parts] = expression as [string, ...unknown[]];
  if (typeof name !== "string") return () => expression as Value[]; // a pair, as of a shift
  if (name === "literal") return () => parts[0] as Value;
  if (name === "match") return matched(parts);
  if (name === "interpolate") return between(parts);
  const make = BY_NAME[name];
  if (!make) throw new TypeError(`no expression of Sanku's layers: ${name}`);
  return make(parts.map(worthOf));
}

function matched(parts: unknown[]): Worth {
  const input = worthOf(parts[0]);
  const other = worthOf(parts.at(-1));
  const known = new Map<Value, Worth>();
  for (let place = 1; place + 1 < parts.length; place += 2) {
    const labels = parts[place] as Value;
    for (const label of Array.isArray(labels) ? labels : [labels]) known.set(label, worthOf(parts[place + 1]));
  }
  return (feature, zoom) => (known.get(input(feature, zoom)) ?? other)(feature, zoom);
}

function between([kind, over, ...stops]: unknown[]): Worth {
  if (!Array.isArray(kind) || kind[0] !== "linear") throw new TypeError("Sanku's layers interpolate linearly");
  const input = worthOf(over);
  const known: [number, number][] = [];
  for (let place = 0; place + 1 < stops.length; place += 2) known.push([Number(stops[place]), Number(stops[place + 1])]);
  return (feature, zoom) => {
    const at = Number(input(feature, zoom));
    const above = known.findIndex(([stop]) => stop > at);
    if (above === 0) return known[0]?.[1];
    const [from, low] = known[above < 0 ? known.length - 1 : above - 1] ?? [0, 0];
    const [to, high] = known[above] ?? [from + 1, low];
    return low + ((at - from) / (to - from)) * (high - low);
  };
}
