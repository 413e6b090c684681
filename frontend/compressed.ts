/** A Vite plugin that puts the gzip of every script, style and sprite beside it: the map's script is 1 MB, 0.3 on the way. */
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";

import type { Plugin } from "vite";

const WORTH_IT_BYTES = 2_000;

/** Return the plugin. WhiteNoise hands the gzip out to whoever takes it. */
export function compressed(): Plugin {
  let folder = "";
  return {
    name: "compressed",
    apply: "build",
    configResolved(config) {
      folder = config.build.outDir;
    },
    closeBundle() {
      for (const name of readdirSync(join(folder, "assets"))) {
        if (!/\.(js|css|svg)$/.test(name)) continue;
        const content = readFileSync(join(folder, "assets", name));
        if (content.length > WORTH_IT_BYTES) writeFileSync(join(folder, "assets", `${name}.gz`), gzipSync(content, { level: 9 }));
      }
    },
  };
}
