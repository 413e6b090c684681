import { beforeEach, describe, expect, it } from "vitest";

import { Narrow } from "./narrow.ts";

const row = (label: string) => `<div data-row="${label}"><select><option value=""></option><option value="set"></option></select></div>`;

describe("<sk-narrow>", () => {
  let narrow: Narrow;
  const asked = () => narrow.querySelector<HTMLInputElement>("input") ?? document.createElement("input");
  const type = (text: string) => {
    asked().value = text;
    asked().dispatchEvent(new Event("input", { bubbles: true }));
  };
  const shown = () => [...narrow.querySelectorAll<HTMLElement>("section:not([hidden]) [data-row]:not([hidden])")].map((one) => one.dataset["row"]);

  beforeEach(() => {
    document.body.innerHTML = `<sk-narrow><input type="search"><p data-none hidden></p>
      <section>${row("名称")}${row("Tags")}</section><section>${row("投资额")}</section></sk-narrow>`;
    narrow = document.querySelector<Narrow>("sk-narrow") ?? new Narrow();
  });

  it("shows the rows that are called so, in any case", () => {
    type("tag");
    expect(shown()).toEqual(["Tags"]);
    type("  ");
    expect(shown()).toEqual(["名称", "Tags", "投资额"]);
  });

  it("keeps a row in which something is chosen", () => {
    const chosen = narrow.querySelector<HTMLSelectElement>('[data-row="名称"] select');
    if (chosen) chosen.value = "set";
    type("投资");
    expect(shown()).toEqual(["名称", "投资额"]);
  });

  it("says that nothing is called so, and Esc shows all again", () => {
    const none = narrow.querySelector<HTMLElement>("[data-none]");
    type("没有");
    expect([shown(), none?.hidden]).toEqual([[], false]);
    asked().dispatchEvent(new KeyboardEvent("keydown", { key: "Escape", cancelable: true, bubbles: true }));
    expect([shown().length, none?.hidden]).toEqual([3, true]);
  });

  it("does not send the form on Enter", () => {
    const press = new KeyboardEvent("keydown", { key: "Enter", cancelable: true, bubbles: true });
    asked().dispatchEvent(press);
    expect(press.defaultPrevented).toBe(true);
  });
});
