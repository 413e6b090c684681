/**
 * <sk-keys>: keys that work on every page. g and a letter goes to a library, ? lists all keys; on a record e edits
 * the first section, m goes to the note, ← and → to its neighbours in the list that one came from. No key works
 * while somebody writes, composes or a dialog is open.
 */
import { isWriting } from "./shell.ts";

const KEPT = "sanku_list";
const GO_PAUSE_MS = 1500;

/** Return whether a key press is one of ours: not of what is being written, nor of a menu, nor with a modifier. */
export function isFree(event: KeyboardEvent): boolean {
  if (event.isComposing || event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return false;
  if (isWriting(event.target) || document.querySelector("dialog[open]")) return false;
  return !(event.target instanceof Element && event.target.closest(".menu, [role=grid], .maplibregl-map"));
}

/** Remember the records of a list, in their order, for the one that is opened. */
export function keepList(list: Element): void {
  const urls = [...list.querySelectorAll<HTMLElement>("tr[data-url]")].map((row) => row.dataset["url"] ?? "");
  try {
    sessionStorage.setItem(KEPT, JSON.stringify(urls));
  } catch {
    // Where nothing can be kept, the neighbours are not known.
  }
}

/** Return the neighbour of a record in the list that was kept, or an empty text. */
export function neighbour(kept: string | null, here: string, by: number): string {
  try {
    const urls: unknown = JSON.parse(kept ?? "[]");
    if (!Array.isArray(urls)) return "";
    const at = urls.indexOf(here);
    const next: unknown = at < 0 ? undefined : urls[at + by];
    return typeof next === "string" ? next : "";
  } catch {
    return "";
  }
}

export class Keys extends HTMLElement {
  private goUntil = 0;

  connectedCallback(): void {
    document.addEventListener("keydown", this);
    document.addEventListener("click", this, true);
  }

  disconnectedCallback(): void {
    document.removeEventListener("keydown", this);
    document.removeEventListener("click", this, true);
  }

  handleEvent(event: Event): void {
    if (event instanceof KeyboardEvent) {
      if (event.key === "?" ? isFree(event) || this.isGrid(event) : isFree(event) || (this.isGrid(event) && this.going)) this.pressed(event);
      return;
    }
    const list = event.target instanceof Element ? event.target.closest("sk-library") : null;
    if (list && (event.target as Element).closest("a[href]")) keepList(list);
  }

  /** In a list g begins a way to another page; its other keys are the list's own. */
  private isGrid(event: KeyboardEvent): boolean {
    return event.target instanceof Element && event.target.closest("[role=grid]") !== null && !isWriting(event.target) && !event.isComposing;
  }

  private get going(): boolean {
    return Date.now() < this.goUntil;
  }

  private pressed(event: KeyboardEvent): void {
    const key = event.key;
    if (this.going) {
      this.goUntil = 0;
      const link = [...this.querySelectorAll<HTMLAnchorElement>("[data-go]")].find((one) => one.dataset["go"] === key);
      if (!link) return;
      window.location.assign(link.href);
    } else if (key === "g") this.goUntil = Date.now() + GO_PAUSE_MS;
    else if (key === "?") this.querySelector("dialog")?.showModal();
    else if (document.querySelector("main.rec")) return this.onRecord(event);
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  private onRecord(event: KeyboardEvent): void {
    if (event.key === "e") document.querySelector<HTMLElement>(".sec .hd button[hx-get]")?.click();
    else if (event.key === "m") document.querySelector<HTMLElement>("#note")?.focus();
    else if (event.key === "ArrowLeft" || event.key === "ArrowRight") {
      const to = neighbour(sessionStorage.getItem(KEPT), window.location.pathname, event.key === "ArrowLeft" ? -1 : 1);
      if (!to) return;
      window.location.assign(to);
    } else return;
    event.preventDefault();
  }
}

customElements.define("sk-keys", Keys);
