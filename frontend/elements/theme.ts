/** <sk-theme>: light, dark, or like the system; the choice is kept in a cookie. */
import { remember } from "../cookies.ts";

const dark = matchMedia("(prefers-color-scheme: dark)");

/** Draw the page in the chosen theme. */
export function show(choice: string): void {
  const root = document.documentElement;
  root.dataset["theme"] = choice;
  root.dataset["bsTheme"] = choice === "dark" || (choice === "auto" && dark.matches) ? "dark" : "light";
}

dark.addEventListener("change", () => {
  if (document.documentElement.dataset["theme"] === "auto") show("auto");
});

export class Theme extends HTMLElement {
  connectedCallback(): void {
    this.addEventListener("click", (event) => {
      const choice = (event.target as Element).closest<HTMLElement>("[data-theme-choice]")?.dataset["themeChoice"];
      if (!choice) return;
      remember("sanku_theme", choice);
      show(choice);
      for (const other of document.querySelectorAll<Theme>("sk-theme")) other.mark();
    });
    this.mark();
  }

  private mark(): void {
    for (const button of this.querySelectorAll<HTMLElement>("[data-theme-choice]")) {
      const on = button.dataset["themeChoice"] === document.documentElement.dataset["theme"];
      button.setAttribute("aria-pressed", String(on));
    }
  }
}

customElements.define("sk-theme", Theme);
