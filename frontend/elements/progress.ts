/**
 * <sk-progress src="/address.json" cancel="/address/" follow>: how far a piece of background work is.
 *
 * src answers {"done", "total", "what", "state": waiting | running | done | failed | cancelled, "seconds_left", "url"}.
 * With `follow` the page goes to url when the work is done; otherwise a link to it is shown. cancel is posted to.
 */
import { word } from "../words.ts";

export interface Progress {
  done: number;
  total: number;
  what: string;
  state: "waiting" | "running" | "done" | "failed" | "cancelled";
  seconds_left: number | null;
  url: string | null;
}

const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 4000;

/** Return the share done, 0 to 100, or null where the whole is not known yet. */
export function share(progress: Progress): number | null {
  if (progress.state === "done") return 100;
  if (progress.total <= 0) return null;
  return Math.min(100, Math.floor((progress.done / progress.total) * 100));
}

/** Say how long it still takes: seconds under two minutes, minutes above; nothing where nobody knows. */
export function timeLeft(seconds: number | null): string {
  if (seconds === null) return "";
  if (seconds < 120) return word("secondsLeft", { n: Math.max(1, Math.ceil(seconds)) });
  return word("minutesLeft", { n: Math.ceil(seconds / 60) });
}

/** Return the CSRF token that htmx sends too. */
export function csrfToken(): string {
  const headers = JSON.parse(document.body.getAttribute("hx-headers") ?? "{}") as Record<string, string>;
  return headers["X-CSRFToken"] ?? "";
}

export class ProgressBar extends HTMLElement {
  private timer = 0;
  private pause = FIRST_PAUSE_MS;

  connectedCallback(): void {
    this.addEventListener("click", this);
    void this.ask();
  }

  disconnectedCallback(): void {
    window.clearTimeout(this.timer);
  }

  handleEvent(event: Event): void {
    if ((event.target as Element).closest("[data-cancel-work]")) void this.cancel();
  }

  private async ask(): Promise<void> {
    try {
      const answer = await fetch(this.getAttribute("src") ?? "", { headers: { Accept: "application/json" } });
      if (!answer.ok) throw new Error(String(answer.status));
      const progress = (await answer.json()) as Progress;
      this.show(progress);
      if (progress.state !== "waiting" && progress.state !== "running") {
        this.finish(progress);
        return;
      }
    } catch {
      this.say(".pg-what", word("offline"));
    }
    this.pause = Math.min(LONGEST_PAUSE_MS, this.pause * 1.25);
    this.timer = window.setTimeout(() => void this.ask(), this.pause);
  }

  private say(selector: string, text: string): void {
    const element = this.querySelector(selector);
    if (element && element.textContent !== text) element.textContent = text;
  }

  private show(progress: Progress): void {
    const percent = share(progress);
    const bar = this.querySelector<HTMLElement>("[role=progressbar]");
    this.dataset["state"] = progress.state;
    if (bar) {
      bar.classList.toggle("unknown", percent === null);
      if (percent === null) bar.removeAttribute("aria-valuenow");
      else bar.setAttribute("aria-valuenow", String(percent));
      bar.setAttribute("aria-valuetext", progress.what);
      const filled = bar.firstElementChild as HTMLElement | null;
      if (filled) filled.style.width = percent === null ? "30%" : `${percent}%`;
    }
    const group = new Intl.NumberFormat();
    const counted = { done: group.format(progress.done), total: group.format(progress.total) };
    this.say(".pg-what", progress.what);
    this.say(".pg-count", progress.total > 0 ? word("progress", counted) : "");
    this.say(".pg-left", progress.state === "running" ? timeLeft(progress.seconds_left) : "");
  }

  private finish(progress: Progress): void {
    const button = this.querySelector<HTMLElement>("[data-cancel-work]");
    if (button) button.hidden = true;
    this.dispatchEvent(new CustomEvent("sk:finished", { bubbles: true, detail: progress }));
    if (!progress.url) return;
    if (this.hasAttribute("follow")) {
      window.location.assign(progress.url);
      return;
    }
    const link = this.querySelector<HTMLAnchorElement>("a[data-result]");
    if (link) {
      link.href = progress.url;
      link.hidden = false;
    }
  }

  private async cancel(): Promise<void> {
    const address = this.getAttribute("cancel");
    if (!address) return;
    await fetch(address, { method: "POST", headers: { "X-CSRFToken": csrfToken() } });
    window.clearTimeout(this.timer);
    this.pause = FIRST_PAUSE_MS;
    await this.ask();
  }
}

customElements.define("sk-progress", ProgressBar);
