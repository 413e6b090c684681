/** Fetching parts of the page from the server, the newest question alone. */
import { failureBanner } from "../requests.ts";

/** A place of the page that the server fills; a newer question makes an older one void. */
export class Fragment {
  private asked: AbortController | null = null;
  /** Resolved where the page has room for an answer: to lay one out beside other heavy work would hold the page up. */
  ready: () => Promise<void> = async () => undefined;

  constructor(readonly place: HTMLElement) {}

  /** Put the answer in the place; false where there was none, and then a banner says so. */
  async show(address: string): Promise<boolean> {
    this.asked?.abort();
    const abort = new AbortController();
    this.asked = abort;
    this.place.setAttribute("aria-busy", "true");
    try {
      const answer = await fetch(address, {
        signal: abort.signal,
        headers: { "HX-Request": "true", "HX-Current-URL": location.href },
      });
      const elsewhere = answer.headers.get("HX-Redirect");
      if (elsewhere) location.assign(elsewhere);
      if (!answer.ok || elsewhere) return this.fail(answer.status, address);
      const text = await answer.text();
      await this.ready();
      if (abort.signal.aborted) return false;
      this.place.innerHTML = text;
      return true;
    } catch {
      return abort.signal.aborted ? false : this.fail(0, address);
    } finally {
      if (this.asked === abort) this.place.removeAttribute("aria-busy");
    }
  }

  private fail(status: number, address: string): false {
    this.place.querySelector(":scope > .request-failed")?.remove();
    this.place.prepend(failureBanner(status, () => void this.show(address)));
    return false;
  }
}
