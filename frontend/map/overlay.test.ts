import type { Map as LibreMap } from "maplibre-gl";
import { expect, it } from "vitest";

import { showDrawn, showMeasured, showShapes } from "./overlay.ts";

it("shows the layers of what holds something, and no others", () => {
  const sources: Record<string, string> = { "sites-areas": "records-sites", "drawn-fill": "drawn", "drawn-line": "drawn", "measured-line": "measured" };
  const shown: Record<string, unknown> = {};
  const map = {
    getSource: () => ({ setData: () => undefined }),
    getLayersOrder: () => Object.keys(sources),
    getLayer: (id: string) => ({ source: sources[id] }),
    setLayoutProperty: (id: string, _name: string, value: unknown) => (shown[id] = value),
  } as unknown as LibreMap;
  showShapes(map, null);
  expect(shown).toEqual({ "drawn-fill": "none", "drawn-line": "none", "measured-line": "none" });
  showDrawn(map, [[116, 35], [117, 35], [117, 36], [116, 35]]);
  showMeasured(map, [[116, 35], [117, 35]], "91 km");
  expect(shown).toEqual({ "drawn-fill": "visible", "drawn-line": "visible", "measured-line": "visible" });
});
