/** What any button may ask for by an attribute: open a dialog, close it, dismiss a banner, ask before a form is sent. */

/** Return whether a click on a dialog element fell outside of its box, so on its backdrop. */
export function onBackdrop(dialog: HTMLDialogElement, x: number, y: number): boolean {
  const box = dialog.getBoundingClientRect();
  return x < box.left || x > box.right || y < box.top || y > box.bottom;
}

function open(id: string): void {
  const dialog = document.getElementById(id);
  if (dialog instanceof HTMLDialogElement) dialog.showModal();
}

function act(event: MouseEvent): void {
  const target = event.target;
  if (!(target instanceof Element)) return;
  const opens = target.closest<HTMLElement>("[data-opens]")?.dataset["opens"];
  if (opens) open(opens);
  if (target.closest("[data-closes]")) target.closest("dialog")?.close();
  if (target.closest("[data-dismiss]")) target.closest(".banner")?.remove();
  if (target instanceof HTMLDialogElement && onBackdrop(target, event.clientX, event.clientY)) target.close();
}

document.addEventListener("click", act);

function confirmFirst(event: SubmitEvent): void {
  if (!(event.target instanceof HTMLFormElement)) return;
  const question = event.submitter?.dataset["confirm"] ?? event.target.dataset["confirm"];
  if (question && !window.confirm(question)) event.preventDefault();
}

document.addEventListener("submit", confirmFirst, true);
