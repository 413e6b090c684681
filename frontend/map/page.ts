/** The one map's page. */
import { baseMap } from "./base.ts";

/** Open the map in its element. */
export async function openMap(page: HTMLElement): Promise<void> {
  const place = page.querySelector<HTMLElement>(".mv");
  if (place) Object.assign(window, { skMap: (await baseMap(place)).map });
}
