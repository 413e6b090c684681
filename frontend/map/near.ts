/** The parcels that lie in view, asked for wherever a map is moved to. */
import type { GeoJSONSource, Map as LibreMap } from "maplibre-gl";

interface Near extends GeoJSON.FeatureCollection {
  /** Whether there are more than were given. */
  more: boolean;
}

export const REST_MS = 200;

/** Show in a source the parcels that are in view once the map rests; `address` answers with those of a box. */
export function followNear(map: LibreMap, source: string, address: string): void {
  let resting = 0;
  let asked = new AbortController();
  const ask = async (): Promise<void> => {
    asked.abort();
    asked = new AbortController();
    const bounds = map.getBounds();
    const box = [bounds.getWest(), bounds.getSouth(), bounds.getEast(), bounds.getNorth()].map((edge) => edge.toFixed(6)).join(",");
    const answer = await fetch(`${address}?box=${box}`, { signal: asked.signal }).catch(() => null);
    if (!answer?.ok) return;
    const found = (await answer.json().catch(() => null)) as Near | null;
    // Where there are too many to draw them all, those that are drawn already stay.
    if (found && !found.more) map.getSource<GeoJSONSource>(source)?.setData(found);
  };
  map.on("moveend", () => {
    window.clearTimeout(resting);
    resting = window.setTimeout(() => void ask(), REST_MS);
  });
}
