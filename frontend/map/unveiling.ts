/** How the live map takes the sketch's place. */
import { addProtocol, type Map as LibreMap, type MapOptions } from "maplibre-gl";

import type { BaseMap } from "./base.ts";
import type { Sketch } from "./sketch.ts";

const KEPT = "sketched";
// Behind the sketch the map makes its programs and reads its tiles; what it draws meanwhile nobody sees.
const COARSE = 1 / 16;

export class Unveiling {
  readonly options: Pick<MapOptions, "transformRequest" | "pixelRatio">;

  constructor(
    private readonly sketch: Sketch,
    private readonly place: HTMLElement,
  ) {
    place.classList.add("behind");
    const given = new Map<string, Promise<ArrayBuffer>>();
    addProtocol(KEPT, async ({ url }) => {
      const address = url.slice(KEPT.length + 3);
      const data = await (given.get(address) ?? Promise.reject(new Error(address)));
      given.delete(address);
      return { data };
    });
    this.options = {
      pixelRatio: COARSE,
      transformRequest: (url) => {
        const asked = sketch.take(url);
        if (!asked) return { url };
        given.set(url, asked);
        return { url: `${KEPT}://${url}` };
      },
    };
  }

  /** Show the map once it is drawn, or at once where somebody moves it; resolved when everything in view is drawn. */
  follow({ map, shown }: Pick<BaseMap, "map" | "shown">): Promise<void> {
    return new Promise((resolve) => {
      map.once("idle", () => {
        this.sharpen(map);
        map.once("idle", () => {
          void shown().then(() => {
            this.end();
            resolve();
          });
        });
      });
      const moved = (): void => {
        if (this.isSharpening) return;
        map.off("movestart", moved);
        this.sharpen(map);
        this.end();
      };
      map.on("movestart", moved);
    });
  }

  private isSharpening = false;

  private sharpen(map: LibreMap): void {
    if (map.getPixelRatio() !== COARSE) return;
    // Another ratio is another size of the canvas, which counts as a move.
    this.isSharpening = true;
    map.setPixelRatio(null as unknown as number); // the screen's own, from now on
    this.isSharpening = false;
  }

  private end(): void {
    this.place.classList.remove("behind");
    this.sketch.remove();
  }
}
