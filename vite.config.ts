import { defineConfig } from "vitest/config";

import { compressed } from "./frontend/compressed.ts";
import { purgeTabler } from "./frontend/purge.ts";
import { sprite } from "./frontend/sprite.ts";

export default defineConfig({
  plugins: [purgeTabler(), sprite(), compressed()],
  publicDir: false,
  base: "./",
  build: {
    outDir: "sanku/static/dist",
    manifest: "manifest.json",
    emptyOutDir: true,
    // The browsers of office machines are often a few years behind.
    target: ["chrome100", "firefox102", "safari15.4"],
    assetsInlineLimit: 0,
    rolldownOptions: {
      input: "frontend/main.ts",
      // htmx has an eval of its own, which the page's htmx-config turns off.
      checks: { eval: false },
    },
  },
  // One process and one document for all files: to make them anew for each took six times as long as the tests.
  test: { environment: "happy-dom", include: ["frontend/**/*.test.ts"], isolate: false, maxWorkers: 1 },
});
