/**
 * <sk-mentions> around a text area: "@" offers people as one types (name, pinyin initials, department). Arrow keys walk,
 * Enter or Tab takes, Esc closes; a touch takes too. The text area is the combobox, the list below it its listbox. The
 * text stays plain: what is taken is written into it. Ctrl+Enter sends the form.
 */
const TYPING_PAUSE_MS = 150;
const LONGEST = 20;

/** Return what stands between the last "@" and the caret, or null where nobody is being mentioned. */
export function typedName(before: string): string | null {
  const found = /(?:^|[^A-Za-z0-9._%+-])[@＠]([^\s@＠]*)$/.exec(before);
  const name = found?.[1];
  return name !== undefined && name.length <= LONGEST ? name : null;
}

/** Return a text with the name that is being typed before the caret replaced, and where the caret goes. */
export function withName(text: string, caret: number, name: string): { text: string; caret: number } {
  const typed = typedName(text.slice(0, caret)) ?? "";
  const head = `${text.slice(0, caret - typed.length)}${name} `;
  return { text: head + text.slice(caret).replace(/^ /, ""), caret: head.length };
}

export class Mentions extends HTMLElement {
  private typing = 0;
  private asked = 0;

  private get area(): HTMLTextAreaElement | null {
    return this.querySelector("textarea");
  }

  private get list(): HTMLElement | null {
    return this.querySelector("[role=listbox]");
  }

  private get options(): HTMLElement[] {
    return [...(this.list?.querySelectorAll<HTMLElement>("[role=option]") ?? [])];
  }

  private get isOpen(): boolean {
    return this.list?.hidden === false;
  }

  connectedCallback(): void {
    for (const name of ["input", "compositionend", "keydown", "pointerdown", "click", "focusout"]) this.addEventListener(name, this);
  }

  handleEvent(event: Event): void {
    switch (event.type) {
      case "input":
      case "compositionend":
        if (!(event as InputEvent).isComposing) this.typed();
        break;
      case "keydown":
        this.pressed(event as KeyboardEvent);
        break;
      case "pointerdown": // the focus stays where one writes
        if (event.target instanceof Element && event.target.closest("[role=option]")) event.preventDefault();
        break;
      case "click": {
        const option = event.target instanceof Element ? event.target.closest<HTMLElement>("[role=option]") : null;
        if (option) this.take(option);
        break;
      }
      case "focusout":
        this.close();
    }
  }

  private typed(): void {
    window.clearTimeout(this.typing);
    const name = this.area ? typedName(this.area.value.slice(0, this.area.selectionStart)) : null;
    if (name === null) return this.close();
    this.typing = window.setTimeout(() => void this.ask(name), TYPING_PAUSE_MS);
  }

  private async ask(name: string): Promise<void> {
    const url = this.dataset["url"];
    const list = this.list;
    if (!url || !list) return;
    const turn = ++this.asked;
    try {
      const answer = await fetch(`${url}?q=${encodeURIComponent(name)}`, { redirect: "manual" });
      const html = answer.ok ? await answer.text() : "";
      if (turn !== this.asked || document.activeElement !== this.area) return;
      list.innerHTML = html;
    } catch {
      return this.close(); // without the list one can still type the name
    }
    const options = this.options;
    options.forEach((option, place) => (option.id = `${list.id}-${place}`));
    if (options.length === 0) return this.close();
    list.hidden = false;
    this.area?.setAttribute("aria-expanded", "true");
    this.choose(0);
  }

  private close(): void {
    window.clearTimeout(this.typing);
    this.asked += 1;
    if (this.list) this.list.hidden = true;
    this.area?.setAttribute("aria-expanded", "false");
    this.area?.removeAttribute("aria-activedescendant");
  }

  private choose(place: number): void {
    this.options.forEach((option, at) => option.setAttribute("aria-selected", String(at === place)));
    const chosen = this.options[place];
    if (!chosen) return;
    this.area?.setAttribute("aria-activedescendant", chosen.id);
    chosen.scrollIntoView({ block: "nearest" });
  }

  private take(option: HTMLElement): void {
    const area = this.area;
    const name = option.dataset["called"];
    if (!area || !name) return;
    const done = withName(area.value, area.selectionStart, name);
    area.value = done.text;
    area.setSelectionRange(done.caret, done.caret);
    this.close();
    area.focus();
  }

  private pressed(event: KeyboardEvent): void {
    if (event.isComposing) return;
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      this.area?.form?.requestSubmit();
      return;
    }
    if (!this.isOpen) return;
    const options = this.options;
    const at = options.findIndex((option) => option.getAttribute("aria-selected") === "true");
    const step = event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : 0;
    const chosen = options[at];
    if (step !== 0) this.choose((at + step + options.length) % options.length);
    else if (event.key === "Escape") this.close();
    else if ((event.key === "Enter" || event.key === "Tab") && chosen && !event.shiftKey) this.take(chosen);
    else return;
    event.preventDefault();
    event.stopPropagation();
  }
}

customElements.define("sk-mentions", Mentions);
