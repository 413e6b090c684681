/**
 * <sk-sheet>: a sheet shown as a sheet. Arrow keys go from cell to cell; a card with data-cell="ROW:COLUMN" and its
 * cell find each other.
 */

const STEPS: Record<string, [number, number]> = {
  ArrowUp: [-1, 0],
  ArrowDown: [1, 0],
  ArrowLeft: [0, -1],
  ArrowRight: [0, 1],
};

export class Sheet extends HTMLElement {
  connectedCallback(): void {
    this.addEventListener("click", this);
    this.addEventListener("keydown", this);
  }

  handleEvent(event: Event): void {
    const target = event.target as Element;
    if (event instanceof KeyboardEvent) this.pressed(event, target);
    else if (!target.closest("button, input, select, a")) this.clicked(target);
  }

  private clicked(target: Element): void {
    const card = target.closest<HTMLElement>("li[data-cell]");
    if (card?.dataset["cell"]) this.choose(card.dataset["cell"], true);
    const cell = target.closest<HTMLElement>("td[data-at]");
    if (cell?.dataset["at"]) this.choose(cell.dataset["at"], false);
  }

  /** Mark a cell "ROW:COLUMN" and the card that speaks of it; bring the other one of the two into view. */
  choose(at: string, fromCard: boolean): void {
    for (const old of this.querySelectorAll("td.sel, li.on")) old.classList.remove("sel", "on");
    const cell = this.querySelector<HTMLElement>(`td[data-at="${CSS.escape(at)}"]`);
    const card = this.querySelector<HTMLElement>(`li[data-cell="${CSS.escape(at)}"]`);
    card?.classList.add("on");
    if (cell) {
      cell.classList.add("sel");
      cell.tabIndex = 0;
      if (fromCard) cell.scrollIntoView({ block: "center", inline: "center" });
      cell.focus({ preventScroll: true });
    }
    if (!fromCard) card?.scrollIntoView({ block: "nearest" });
  }

  private pressed(event: KeyboardEvent, target: Element): void {
    const step = STEPS[event.key];
    const cell = target.closest<HTMLTableCellElement>("td[data-at]");
    if (!step || !cell) return;
    let row = cell.parentElement;
    const at = [...(row?.children ?? [])].indexOf(cell);
    do {
      row = (step[0] < 0 ? row?.previousElementSibling : step[0] > 0 ? row?.nextElementSibling : row) as HTMLElement | null;
    } while (step[0] !== 0 && row && !row.querySelector("td[data-at]"));
    const next = row?.children[at + step[1]];
    const address = next instanceof HTMLElement ? next.dataset["at"] : undefined;
    if (!address) return;
    event.preventDefault();
    this.choose(address, false);
    next?.scrollIntoView({ block: "nearest", inline: "nearest" });
  }
}

customElements.define("sk-sheet", Sheet);
