/** What every htmx request has in common: a sign that it is on its way, and a banner where it failed. */
import htmx from "htmx.org";

import { word } from "./words.ts";

interface Failure {
  elt: Element;
  target: Element | null;
  xhr?: XMLHttpRequest;
  requestConfig?: { verb: string; path: string };
}

/** Return the key of the sentence that says what a status means to the person. */
export function reason(status: number): string {
  if (status === 0) return "offline";
  if (status === 401 || status === 403) return "forbidden";
  if (status === 404) return "missing";
  if (status === 409) return "moved";
  if (status === 429) return "busy";
  return "failed";
}

/** Make the banner that stands where the answer was expected. */
export function failureBanner(status: number, retry: (() => void) | null, moved: string | null = null): HTMLElement {
  const banner = document.createElement("div");
  banner.className = "banner error request-failed";
  banner.setAttribute("role", "alert");
  const text = document.createElement("p");
  text.className = "grow";
  text.textContent = word(reason(status));
  banner.append(text);
  if (moved) {
    const link = document.createElement("a");
    link.className = "btn btn-sm";
    link.href = moved;
    // What was typed stays where it is, to be copied.
    link.target = "_blank";
    link.textContent = word("openMoved");
    banner.append(link);
  }
  if (retry) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "btn btn-sm";
    button.textContent = word("retry");
    button.addEventListener("click", () => {
      banner.remove();
      retry();
    });
    banner.append(button);
  }
  return banner;
}

function placeOf(failure: Failure): Element {
  const form = failure.elt.closest("form");
  return form?.closest("dialog, .box, .sk-form") ?? failure.target ?? document.getElementById("main") ?? document.body;
}

function failed(event: Event): void {
  const failure = (event as CustomEvent<Failure>).detail;
  const place = placeOf(failure);
  place.querySelector(":scope > .request-failed")?.remove();
  const config = failure.requestConfig;
  // Only what reads can be sent again unseen; a form keeps its own button.
  const retry =
    config?.verb === "get" && failure.target
      ? () => {
          void htmx.ajax("get", config.path, { source: failure.elt, target: failure.target as HTMLElement });
        }
      : null;
  const moved = failure.xhr?.getResponseHeader("Sk-Moved") ?? null;
  place.prepend(failureBanner(failure.xhr?.status ?? 0, retry, moved));
}

let waiting = 0;

function count(change: number): void {
  waiting = Math.max(0, waiting + change);
  document.documentElement.classList.toggle("on-its-way", waiting > 0);
}

document.addEventListener("htmx:beforeRequest", (event) => {
  count(1);
  const { target } = (event as CustomEvent<Failure>).detail;
  target?.setAttribute("aria-busy", "true");
});
document.addEventListener("htmx:afterRequest", (event) => {
  count(-1);
  const { target } = (event as CustomEvent<Failure>).detail;
  target?.removeAttribute("aria-busy");
});
document.addEventListener("htmx:responseError", failed);
document.addEventListener("htmx:sendError", failed);
document.addEventListener("htmx:timeout", failed);
