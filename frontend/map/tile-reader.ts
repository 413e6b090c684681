/** Reading vector tiles: as much of them as it takes to draw one on a plain canvas. */

export interface Feature {
  id: number;
  type: "Point" | "LineString" | "Polygon";
  values: Record<string, string | number | boolean>;
  /** Lines, rings (closed) or points, each as x, y, x, y … in units of the tile. */
  paths: number[][];
}

/** The side of a tile in its own units. */
export const EXTENT = 4096;
const TYPES = ["Point", "Point", "LineString", "Polygon"] as const;
const [MOVE, CLOSE] = [1, 7];

/** Return the features of each layer. Throws where the bytes end too early. */
export function readTile(bytes: Uint8Array): Map<string, Feature[]> {
  const layers = new Map<string, Feature[]>();
  for (const [field, part] of fields(bytes)) if (field === 3 && part instanceof Uint8Array) layers.set(...readLayer(part));
  return layers;
}

type Part = number | Uint8Array;

/** Return number and content of each field of a message. */
function fields(bytes: Uint8Array): [number, Part][] {
  const found: [number, Part][] = [];
  const at = { place: 0 };
  while (at.place < bytes.length) {
    const tag = varint(bytes, at);
    const kind = tag & 7;
    if (kind === 0) found.push([tag >> 3, varint(bytes, at)]);
    else {
      const length = kind === 1 ? 8 : kind === 5 ? 4 : varint(bytes, at);
      if (at.place + length > bytes.length) throw new RangeError("a tile ends too early");
      found.push([tag >> 3, bytes.subarray(at.place, (at.place += length))]);
    }
  }
  return found;
}

function varint(bytes: Uint8Array, at: { place: number }): number {
  let value = 0;
  for (let factor = 1; ; factor *= 128) {
    const byte = bytes[at.place++];
    if (byte === undefined) throw new RangeError("a tile ends too early");
    value += (byte & 127) * factor;
    if (byte < 128) return value;
  }
}

function numbers(bytes: Uint8Array): number[] {
  const found: number[] = [];
  for (const at = { place: 0 }; at.place < bytes.length; ) found.push(varint(bytes, at));
  return found;
}

const signed = (value: number): number => (value % 2 ? -(value + 1) / 2 : value / 2);

function readLayer(bytes: Uint8Array): [string, Feature[]] {
  const parts = fields(bytes);
  const texts = (field: number): string[] => parts.filter(([one]) => one === field).map(([, part]) => new TextDecoder().decode(part as Uint8Array));
  const keys = texts(3);
  const values = parts.filter(([field]) => field === 4).map(([, part]) => readValue(part as Uint8Array));
  const features = parts.filter(([field]) => field === 2).map(([, part]) => readFeature(part as Uint8Array, keys, values));
  return [texts(1)[0] ?? "", features];
}

function readValue(bytes: Uint8Array): string | number | boolean {
  const [field, part] = fields(bytes)[0] ?? [0, 0];
  if (typeof part === "number") return field === 7 ? part !== 0 : field === 6 ? signed(part) : part;
  if (field === 1) return new TextDecoder().decode(part);
  const view = new DataView(part.buffer, part.byteOffset, part.length);
  return field === 2 ? view.getFloat32(0, true) : view.getFloat64(0, true);
}

function readFeature(bytes: Uint8Array, keys: string[], known: (string | number | boolean)[]): Feature {
  const feature: Feature = { id: 0, type: "Point", values: {}, paths: [] };
  for (const [field, part] of fields(bytes)) {
    if (typeof part === "number") {
      if (field === 1) feature.id = part;
      if (field === 3) feature.type = TYPES[part] ?? "Point";
    } else if (field === 2) {
      const tags = numbers(part);
      for (let place = 0; place + 1 < tags.length; place += 2) feature.values[keys[tags[place] ?? 0] ?? ""] = known[tags[place + 1] ?? 0] ?? "";
    } else if (field === 4) feature.paths = readPaths(numbers(part));
  }
  return feature;
}

function readPaths(commands: number[]): number[][] {
  const paths: number[][] = [];
  let [x, y, place] = [0, 0, 0];
  while (place < commands.length) {
    const command = commands[place++] ?? 0;
    const path = paths.at(-1) ?? [];
    if ((command & 7) === CLOSE) {
      path.push(path[0] ?? 0, path[1] ?? 0);
      continue;
    }
    for (let times = command >> 3; times > 0; times--) {
      x += signed(commands[place++] ?? 0);
      y += signed(commands[place++] ?? 0);
      if ((command & 7) === MOVE) paths.push([x, y]);
      else path.push(x, y);
    }
  }
  return paths;
}
