/** What people do on the map's page, by pointer and by keyboard, and what of the page it moves. */
import { isWriting } from "../elements/shell.ts";
import type { OnePage } from "./page.ts";

// Links that the page follows itself.
const OWN_LINKS = "[data-query], [data-page], [data-tab], a[data-id], a[data-national-id], #filters .drawer-f a";

export class Hands {
  constructor(private readonly one: OnePage) {
    for (const name of ["click", "submit", "mouseover", "mouseout", "sk-map-failed"]) one.page.addEventListener(name, this);
    document.addEventListener("keydown", this);
  }

  handleEvent(event: Event): void {
    const target = event.target;
    if (!(target instanceof Element)) return;
    if (event.type === "click") this.clicked(event as MouseEvent, target);
    else if (event.type === "submit") this.submitted(event as SubmitEvent);
    else if (event.type === "keydown") this.pressed(event as KeyboardEvent, target);
    else if (event.type === "sk-map-failed") {
      const { text } = (event as CustomEvent<{ text: string }>).detail;
      this.one.say(text || this.one.words("tilesFailed"), true);
    } else this.hovered(event, target);
  }

  private hovered(event: Event, target: Element): void {
    const row = target.closest<HTMLElement>("a[data-id]");
    if (row) this.one.ring(event.type === "mouseover" ? Number(row.dataset["id"]) : null);
  }

  private clicked(event: MouseEvent, target: Element): void {
    const button = target.closest<HTMLElement>("a, button");
    if (!button || event.ctrlKey || event.metaKey || event.shiftKey) return;
    if (button.matches(OWN_LINKS)) {
      event.preventDefault();
      this.followed(button as HTMLAnchorElement);
      return;
    }
    const { layer, zoom, print, step } = button.dataset;
    if (layer) this.one.toggle(layer);
    else if (zoom) this.one.zoom(Number(zoom));
    else if (print) this.one.print(print);
    else if (step) this.one.step(Number(step));
    else if (button.matches("[data-national]")) this.one.national.toggle();
    else if (button.matches("[data-whole]")) this.one.wholeZone();
    else if (button.matches("[data-close-preview]")) this.one.close();
    else if (button.matches("[data-legend], [data-sheet]")) this.fold(button);
    else this.one.tools.clicked(button);
  }

  private followed(link: HTMLAnchorElement): void {
    const given = new URL(link.href).searchParams;
    if (link.dataset["tab"]) this.one.showTab(link.dataset["tab"]);
    else if (link.dataset["id"]) this.one.pickRow(link);
    else if (link.dataset["nationalId"]) this.one.national.pick(link.dataset["nationalId"]);
    else if (link.matches("[data-page]")) this.one.turn(given.get("page") ?? "");
    else if (link.matches("[data-query]")) this.one.apply(given);
    else {
      link.closest("dialog")?.close();
      this.one.apply(new URLSearchParams());
    }
  }

  private fold(button: HTMLElement): void {
    const on = this.one.page.classList.toggle(button.matches("[data-legend]") ? "lg-on" : "tall");
    button.setAttribute("aria-expanded", String(on));
  }

  private submitted(event: SubmitEvent): void {
    const form = event.target;
    if (!(form instanceof HTMLFormElement) || !form.closest("#map-list") || form.method === "post") return;
    event.preventDefault();
    const given = [...new FormData(form)].map(([name, value]): [string, string] => [name, String(value)]);
    // The search box leaves the filters as they are; the panel of filters sends them all.
    const query = new URLSearchParams(form.matches(".mfind") ? this.one.view.query : undefined);
    for (const [name] of given) query.delete(name);
    for (const [name, value] of given) if (value) query.append(name, value);
    form.closest("dialog")?.close();
    this.one.apply(query);
  }

  private pressed(event: KeyboardEvent, target: Element): void {
    if (document.querySelector("dialog[open]") || isWriting(target)) return;
    const withKey = event.ctrlKey || event.metaKey || event.altKey;
    if (withKey ? event.key === "z" && this.one.tools.undo() : this.steered(event.key, target)) event.preventDefault();
  }

  /** Do what a key alone means; false where it means nothing here. */
  private steered(key: string, target: Element): boolean {
    if (key === "Escape") return this.one.tools.stop() || this.one.close();
    const inList = target.closest("#map-list") !== null;
    if (key === "j" || (key === "ArrowDown" && inList)) this.one.step(1);
    else if (key === "k" || (key === "ArrowUp" && inList)) this.one.step(-1);
    else return false;
    return true;
  }
}
