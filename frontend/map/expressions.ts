/** What MapLibre's expressions are worth, by its own reader of them, for what is drawn before MapLibre is there. */
import { createExpression, isExpression } from "@maplibre/maplibre-gl-style-spec";

import type { Feature } from "./tiles.ts";

export type Value = string | number | boolean | null | undefined | Value[];
/** What an expression is worth for a feature at a zoom. */
export type Worth = (feature: Feature, zoom: number) => Value;

/** Return how to work out what a layer says somewhere ("sites-lines.line-width"). Throws where MapLibre would not take it. */
export function worthOf(said: unknown, where: string): Worth {
  if (!isExpression(said)) return () => said as Value;
  const made = createExpression(said, where);
  if (made.result === "error") throw new TypeError(`${where}: ${made.value.map(({ message }) => message).join("; ")}`);
  return (feature, zoom) => made.value.evaluate({ zoom }, feature as never) as Value;
}
