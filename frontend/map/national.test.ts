import { expect, it } from "vitest";

import { readView, writeView } from "./address.ts";
import { formQuery } from "./national-query.ts";

function form(fields: Record<string, string>): FormData {
  const data = new FormData();
  for (const [name, value] of Object.entries(fields)) data.append(name, value);
  return data;
}

it("leaves out what is empty and tells capital in yuan", () => {
  expect(formQuery(form({ industry: "C", region: "", founded_from: " 2015 ", capital_min: "1000", capital_max: "" }))).toBe("industry=C&founded_from=2015&capital_min=10000000");
  expect(formQuery(form({ industry: "" }))).toBe("");
});

it("says in the address whether the base is shown, and with which filters", () => {
  const names = ["sites", "projects"];
  expect(readView("?in=sites", names, "sites").national).toBe(null);
  expect(readView("?in=sites&national=", names, "sites").national).toBe("");
  const view = readView("?in=sites&status=free&national=industry%3DC%26region%3D370000", names, "sites");
  expect(view.national).toBe("industry=C&region=370000");
  expect(view.query.toString()).toBe("status=free");
  expect(readView(`?${writeView(view)}`, names, "sites").national).toBe(view.national);
});
