import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

// The simulated browser has no XPath, which htmx needs to load; what is tested here does not.
const trigger = vi.hoisted(() => vi.fn());
vi.mock("htmx.org", () => ({ default: { trigger } }));

import { Form } from "./form.ts";

function place(attributes: string, fields: string): Form {
  document.body.innerHTML = `<sk-form ${attributes}><form><input type="hidden" name="token">${fields}<button type="button" data-cancel></button></form></sk-form>`;
  const form = document.querySelector<Form>("sk-form") ?? new Form();
  // The simulated browser connects an element before it has its children; a real one after.
  document.body.append(form);
  return form;
}

function type(name: string, isComposing = false): void {
  const event = new InputEvent("input", { bubbles: true, isComposing });
  document.querySelector(`[name=${name}]`)?.dispatchEvent(event);
}

describe("<sk-form>", () => {
  beforeEach(() => {
    vi.useFakeTimers();
    trigger.mockClear();
  });

  afterEach(() => {
    vi.useRealTimers();
    document.body.replaceChildren();
  });

  it("begins at the first field where told to, at the first wrong one always", () => {
    place("begin", `<input name="a"><input name="b">`);
    expect(document.activeElement?.getAttribute("name")).toBe("a");
    place("", `<input name="a"><input name="b" aria-invalid="true">`);
    expect(document.activeElement?.getAttribute("name")).toBe("b");
    place("", `<input name="a">`);
    expect(document.activeElement?.getAttribute("name")).not.toBe("a");
  });

  it("knows what is not saved", () => {
    const form = place("", `<input name="a">`);
    const leave = new Event("beforeunload", { cancelable: true });
    window.dispatchEvent(leave);
    expect(leave.defaultPrevented).toBe(false);
    type("a");
    const leaveNow = new Event("beforeunload", { cancelable: true });
    window.dispatchEvent(leaveNow);
    expect(leaveNow.defaultPrevented).toBe(true);
    form.querySelector("form")?.dispatchEvent(new Event("submit", { bubbles: true }));
    expect(form.unsaved).toBe(false);
  });

  it("counts what could not be sent as not saved", () => {
    const form = place("", `<input name="a">`);
    const inner = form.querySelector("form");
    type("a");
    inner?.dispatchEvent(new Event("submit", { bubbles: true }));
    expect(inner?.classList.contains("is-busy")).toBe(true);
    const detail = { elt: inner, successful: false };
    inner?.dispatchEvent(new CustomEvent("htmx:afterRequest", { bubbles: true, detail }));
    expect(inner?.classList.contains("is-busy")).toBe(false);
    expect(form.unsaved).toBe(true);
  });

  it("asks for near-duplicates once, after a pause, not for other fields nor while composing", () => {
    place("", `<input name="name"><input name="b"><div data-watch="[name=name]"></div>`);
    type("b");
    type("name", true);
    vi.advanceTimersByTime(1000);
    expect(trigger).not.toHaveBeenCalled();
    type("name");
    vi.advanceTimersByTime(200);
    type("name");
    vi.advanceTimersByTime(399);
    expect(trigger).not.toHaveBeenCalled();
    vi.advanceTimersByTime(1);
    expect(trigger).toHaveBeenCalledOnce();
  });
});
