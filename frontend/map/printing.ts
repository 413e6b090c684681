/** From the page to a sheet: what its title, legend and notes say. */
import type { BaseMap } from "./base.ts";
import type { OnePage } from "./page.ts";
import type { LegendEntry } from "./print.ts";

/** Print what the map shows as "pdf" or "png". */
export async function printMap(one: OnePage, shown: BaseMap, kind: string): Promise<void> {
  const dialog = one.page.querySelector<HTMLDialogElement>("#map-print");
  const title = one.page.querySelector<HTMLInputElement>("#map-print-t")?.value.trim() || shown.base.zone.name;
  dialog?.close();
  one.say(one.words("printing"));
  try {
    const { sheetOf, savePdf, savePng } = await import("./print.ts");
    const now = new Date();
    const when = now.toLocaleString("sv-SE", { dateStyle: "short", timeStyle: "short" });
    const canvas = await sheetOf(shown, {
      title,
      subtitle: subtitle(one.page),
      legendTitle: one.words("legend"),
      legend: legendOf(one),
      notes: [one.words("printedBy").replace("{person}", one.settings.person).replace("{when}", when), shown.base.review, shown.base.attribution],
      scale: (denominator) => one.words("scale").replace("{scale}", denominator),
    });
    const name = `${title}-${when.slice(0, 10)}`.replace(/[\\/:*?"<>|\s]+/g, "-");
    await (kind === "pdf" ? savePdf(canvas, name, title) : savePng(canvas, name));
    one.say("");
  } catch {
    one.say(one.words("printFailed"), true);
  }
}

/** Say what is listed and by which filters. */
function subtitle(page: HTMLElement): string {
  const said = (selector: string): string[] => [...page.querySelectorAll<HTMLElement>(selector)].map((part) => part.innerText.replace(/\s+/g, " ").trim());
  return [...said(".mlh .tot"), ...said(".flt span.chip")].join("　");
}

function legendOf(one: OnePage): LegendEntry[] {
  const entries: LegendEntry[] = [];
  for (const line of one.page.querySelectorAll<HTMLElement>(".leg > div:not([hidden]) li")) {
    const label = (line.getAttribute("title") ?? line.textContent ?? "").trim();
    const mark = line.querySelector("i");
    const [kind = "", which = ""] = (mark?.className ?? "").split(" ");
    if (kind === "sw" || kind === "cm") entries.push({ label, draw: which as LegendEntry["draw"] });
    else if (kind === "pm") entries.push({ label, draw: "stage", number: Number(which.slice(1)) || 0 });
    else if (kind === "tm") entries.push({ label, draw: "target" });
    else if (kind === "zl") entries.push({ label, draw: "boundary" });
    else if (kind === "cl") entries.push({ label: (line.lastChild?.textContent ?? "").trim(), draw: "cluster" });
  }
  return entries;
}
