/** Vite plugin: keep of Tabler's stylesheet only the rules that some template, form or element names. */
import { PurgeCSS } from "purgecss";
import type { Plugin } from "vite";

const READERS = ["sanku/**/*.html", "sanku/**/*.py", "frontend/**/*.ts"];

/** Purge every imported stylesheet of @tabler/core; our own are kept whole. */
export function purgeTabler(): Plugin {
  return {
    name: "sanku-purge-tabler",
    enforce: "pre",
    async transform(code, id) {
      if (!/@tabler\/core\/.*\.css/.test(id)) return null;
      const [purged] = await new PurgeCSS().purge({
        content: READERS,
        css: [{ raw: code }],
        safelist: { standard: ["html", "body", /^data-bs-theme/] },
        variables: false,
        keyframes: true,
        fontFace: true,
      });
      return { code: purged?.css ?? code, map: null };
    },
  };
}
