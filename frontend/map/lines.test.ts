import { expect, it } from "vitest";

import { broken, fitting } from "./lines.ts";

it("breaks between words and between Chinese characters, never before a closing bracket or a comma", () => {
  const widthOf = (text: string): number => text.length;
  expect(broken("Boundary of the zone (示意，非法定界线)", 22, widthOf)).toEqual(["Boundary of the zone", "(示意，非法定界线)"]);
  expect(broken("园区范围（示意，非法定界线）", 8, widthOf)).toEqual(["园区范围（示意，", "非法定界线）"]);
  expect(broken("空闲", 22, widthOf)).toEqual(["空闲"]);
});

it("makes the letters of a long title smaller, of a short one not larger", () => {
  expect(fitting(6, 360, 277)).toBeCloseTo(4.617);
  expect(fitting(6, 60, 277)).toBe(6);
});
