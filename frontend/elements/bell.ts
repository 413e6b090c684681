/**
 * <sk-bell>: how many notices are unread, asked for once the page stands, every two minutes, and when one comes back to
 * the page. A sign-in that has run out is not its business: what somebody is typing must not be led away from.
 */
const PAUSE_MS = 120_000;
const SOON_MS = 10_000;

interface Unread {
  count: number;
  shown: string;
  label: string;
}

export class Bell extends HTMLElement {
  private timer = 0;
  private askedAt = 0;

  connectedCallback(): void {
    document.addEventListener("visibilitychange", this);
    this.timer = window.setInterval(() => void this.ask(), PAUSE_MS);
    void this.ask();
  }

  disconnectedCallback(): void {
    document.removeEventListener("visibilitychange", this);
    window.clearInterval(this.timer);
  }

  handleEvent(): void {
    if (Date.now() - this.askedAt > SOON_MS) void this.ask();
  }

  /** Draw a figure; nothing where all is read. */
  show(unread: Unread): void {
    const link = this.querySelector("a");
    const figure = this.querySelector("b");
    if (!link || !figure) return;
    figure.textContent = unread.shown;
    figure.hidden = unread.count === 0;
    link.title = unread.label;
    link.setAttribute("aria-label", unread.label);
  }

  private async ask(): Promise<void> {
    const url = this.dataset["url"];
    if (!url || document.hidden) return;
    this.askedAt = Date.now();
    try {
      const answer = await fetch(url, { redirect: "manual", headers: { Accept: "application/json" } });
      if (answer.ok) this.show((await answer.json()) as Unread);
    } catch {
      // No connection, or no sign-in any more: the figure stays what it was.
    }
  }
}

customElements.define("sk-bell", Bell);
