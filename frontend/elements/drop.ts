/**
 * <sk-drop types=".xlsx,.csv" max-mb="50">: a file input that files can be dropped on.
 *
 * Says at once when a file is too large or of another type; shows its name and size; shows how far the upload is when
 * the form goes through htmx. The server checks all the same.
 */
import { word } from "../words.ts";

/** Write a size in the unit that suits it. */
export function size(bytes: number): string {
  return bytes < 1_000_000 ? `${Math.max(1, Math.round(bytes / 1000))} kB` : `${(bytes / 1_000_000).toFixed(1)} MB`;
}

/** Return what is wrong with a file, or an empty text. */
export function complaint(file: { name: string; size: number }, types: string[], maxMb: number): string {
  const name = file.name.toLowerCase();
  if (types.length > 0 && !types.some((type) => name.endsWith(type))) return word("fileType", { types: types.join(" ") });
  if (maxMb > 0 && file.size > maxMb * 1_000_000) return word("fileTooLarge", { n: maxMb });
  return "";
}

export class Drop extends HTMLElement {
  private get input(): HTMLInputElement | null {
    return this.querySelector("input[type=file]");
  }

  connectedCallback(): void {
    for (const name of ["dragenter", "dragover", "dragleave", "drop", "change"]) this.addEventListener(name, this);
    this.closest("form")?.addEventListener("htmx:xhr:progress", this);
    this.closest("form")?.addEventListener("submit", this);
  }

  handleEvent(event: Event): void {
    if (event.type === "change") this.show();
    else if (event.type === "submit") this.closest("form")?.classList.add("is-busy");
    else if (event.type === "htmx:xhr:progress") {
      const { loaded, total } = (event as CustomEvent<{ loaded: number; total: number }>).detail;
      const bar = this.querySelector<HTMLElement>(".meter i");
      if (bar && total > 0) bar.style.width = `${(loaded / total) * 100}%`;
    } else this.dragged(event as DragEvent);
  }

  private dragged(event: DragEvent): void {
    event.preventDefault();
    this.classList.toggle("over", event.type === "dragenter" || event.type === "dragover");
    const files = event.type === "drop" ? event.dataTransfer?.files : undefined;
    if (!files?.length || !this.input) return;
    this.input.files = files;
    this.input.dispatchEvent(new Event("change", { bubbles: true }));
  }

  private show(): void {
    const input = this.input;
    const file = input?.files?.[0];
    if (!input || !file) return;
    const types = (this.getAttribute("types") ?? "").split(",").filter(Boolean);
    const wrong = complaint(file, types, Number(this.getAttribute("max-mb") ?? 0));
    input.setCustomValidity(wrong);
    this.classList.toggle("chosen", !wrong);
    const name = this.querySelector(".drop-name");
    if (name) name.textContent = `${file.name} · ${size(file.size)}`;
    const error = this.querySelector<HTMLElement>(".errs");
    if (error) {
      error.hidden = !wrong;
      error.textContent = wrong;
    }
    for (const button of this.closest("form")?.querySelectorAll<HTMLButtonElement>("[data-needs-file]") ?? []) {
      button.disabled = Boolean(wrong);
    }
    if (!wrong && this.hasAttribute("at-once")) this.closest("form")?.requestSubmit();
  }
}

customElements.define("sk-drop", Drop);
