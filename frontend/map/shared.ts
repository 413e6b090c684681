/** Values that are the same for all, said of each feature. */
import type { ExpressionSpecification } from "maplibre-gl";

/**
 * Return a value as one that hangs on the feature, though it does not.
 *
 * MapLibre makes a shader program of its own for every set of properties that hang on features. A machine without a
 * graphics card takes 50 ms and more to compile one, before the first picture: layers that could differ in nothing but
 * this share one.
 */
export function ofEach(value: string | number): ExpressionSpecification {
  return ["match", ["geometry-type"], "none", value, value];
}
