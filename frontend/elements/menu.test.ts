import { beforeEach, describe, expect, it } from "vitest";

import { Menu } from "./menu.ts";

describe("<sk-menu>", () => {
  let menu: Menu;
  const button = () => menu.querySelector<HTMLElement>("[aria-expanded]");

  beforeEach(() => {
    document.body.innerHTML = `<sk-menu><button aria-expanded="false">m</button><div class="menu" hidden><a href="/1">1</a><a href="/2">2</a></div></sk-menu><p>out</p>`;
    menu = document.querySelector<Menu>("sk-menu") ?? new Menu();
  });

  it("opens and closes by its button and says so", () => {
    button()?.click();
    expect(menu.open).toBe(true);
    expect(button()?.getAttribute("aria-expanded")).toBe("true");
    button()?.click();
    expect(menu.open).toBe(false);
  });

  it("closes by a press outside, and by Esc with the focus back on the button", () => {
    button()?.click();
    document.querySelector("p")?.dispatchEvent(new Event("pointerdown", { bubbles: true }));
    expect(menu.open).toBe(false);
    menu.open = true;
    menu.dispatchEvent(new KeyboardEvent("keydown", { key: "Escape", bubbles: true }));
    expect(menu.open).toBe(false);
    expect(document.activeElement).toBe(button());
  });

  it("closes once its form is sent", () => {
    menu.open = true;
    menu.querySelector("a")?.dispatchEvent(new Event("submit", { bubbles: true }));
    expect(menu.open).toBe(false);
  });

  it("closes when the focus goes elsewhere, not when an ancestor takes it for a moment", () => {
    const leave = (relatedTarget: Element) => menu.dispatchEvent(new FocusEvent("focusout", { bubbles: true, relatedTarget }));
    menu.open = true;
    leave(document.body);
    expect(menu.open).toBe(true);
    leave(document.querySelector("p") ?? menu);
    expect(menu.open).toBe(false);
  });

  it("walks its entries with the arrows, round and round", () => {
    const down = () => menu.dispatchEvent(new KeyboardEvent("keydown", { key: "ArrowDown", bubbles: true }));
    down();
    expect(document.activeElement?.textContent).toBe("1");
    down();
    down();
    expect(document.activeElement?.textContent).toBe("1");
  });
});
