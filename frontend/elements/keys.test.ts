import { beforeEach, describe, expect, it, vi } from "vitest";

import { isFree, Keys, neighbour } from "./keys.ts";

function press(key: string, target: Element = document.body, more: KeyboardEventInit = {}): KeyboardEvent {
  const event = new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true, ...more });
  target.dispatchEvent(event);
  return event;
}

describe("<sk-keys>", () => {
  beforeEach(() => {
    document.body.innerHTML = `<input id="i"><main class="rec"><textarea id="note"></textarea></main>
<sk-keys><dialog><a data-go="p" href="http://localhost/projects/"></a></dialog></sk-keys>`;
    expect(document.querySelector("sk-keys")).toBeInstanceOf(Keys);
  });

  it("goes to a library with g and its letter", () => {
    const assign = vi.spyOn(window.location, "assign").mockImplementation(() => undefined);
    press("p");
    expect(assign).not.toHaveBeenCalled();
    press("g");
    press("p");
    expect(assign).toHaveBeenCalledWith("http://localhost/projects/");
    assign.mockRestore();
  });

  it("goes to the note with m, but not while somebody writes or composes", () => {
    const input = document.querySelector("#i");
    if (input) press("m", input);
    press("m", document.body, { isComposing: true });
    press("m", document.body, { ctrlKey: true });
    expect(document.activeElement?.id).not.toBe("note");
    expect(press("m").defaultPrevented).toBe(true);
    expect(document.activeElement?.id).toBe("note");
  });

  it("leaves the keys of a dialog alone", () => {
    document.querySelector("dialog")?.setAttribute("open", "");
    expect(isFree(new KeyboardEvent("keydown", { key: "?" }))).toBe(false);
  });
});

describe("neighbour", () => {
  const kept = JSON.stringify(["/p/1/", "/p/2/", "/p/3/"]);

  it("is the record before or after in the list one came from", () => {
    expect(neighbour(kept, "/p/2/", 1)).toBe("/p/3/");
    expect(neighbour(kept, "/p/2/", -1)).toBe("/p/1/");
  });

  it("is none at the ends, elsewhere, or where nothing was kept", () => {
    expect(neighbour(kept, "/p/3/", 1)).toBe("");
    expect(neighbour(kept, "/q/1/", 1)).toBe("");
    expect(neighbour(null, "/p/1/", 1)).toBe("");
    expect(neighbour("{", "/p/1/", 1)).toBe("");
  });
});
