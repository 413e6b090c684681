/**
 * <sk-files action="…" src="…" max-mb="50">: files that are dropped or chosen are sent one by one, each with its
 * progress; what the server refuses is said in a line of its own, the rest joins the list (#attachment-list).
 */
import htmx from "htmx.org";

import { word } from "../words.ts";
import { complaint } from "./drop.ts";

/** Return what is wrong, as an answer of the server says it; null where the answer is no such one. */
export function problemsOf(text: string): string[] | null {
  try {
    const answer = JSON.parse(text) as { problems?: unknown };
    return Array.isArray(answer.problems) ? answer.problems.filter((one): one is string => typeof one === "string") : null;
  } catch {
    return null;
  }
}

export class Files extends HTMLElement {
  connectedCallback(): void {
    for (const name of ["dragenter", "dragover", "dragleave", "drop", "change"]) this.addEventListener(name, this);
  }

  handleEvent(event: Event): void {
    if (event.type === "change") {
      const input = event.target as HTMLInputElement;
      void this.send([...(input.files ?? [])]).then(() => (input.value = ""));
      return;
    }
    event.preventDefault();
    this.classList.toggle("over", event.type === "dragenter" || event.type === "dragover");
    const files = event.type === "drop" ? (event as DragEvent).dataTransfer?.files : undefined;
    if (files?.length) void this.send([...files]);
  }

  private async send(files: File[]): Promise<void> {
    this.querySelector(".att-u")?.replaceChildren();
    for (const file of files) await this.sendOne(file);
    const address = this.getAttribute("src");
    if (address) await htmx.ajax("get", address, { target: "#attachment-list", select: "#attachment-list", swap: "outerHTML" });
  }

  private sendOne(file: File): Promise<void> {
    const line = document.createElement("li");
    line.textContent = word("uploading", { name: file.name });
    const bar = document.createElement("progress");
    bar.max = 1;
    line.append(bar);
    this.querySelector(".att-u")?.append(line);
    const say = (problems: string[]): void => {
      line.className = "errs";
      line.textContent = problems.join(" ");
      if (problems.length === 0) line.remove();
    };
    const wrong = complaint(file, [], Number(this.getAttribute("max-mb") ?? 0));
    if (wrong) {
      say([`${file.name}：${wrong}`]);
      return Promise.resolve();
    }
    const form = new FormData();
    form.append("file", file);
    const token = this.querySelector<HTMLInputElement>("[name=csrfmiddlewaretoken]")?.value ?? "";
    return new Promise((done) => {
      const request = new XMLHttpRequest();
      request.open("POST", this.getAttribute("action") ?? "");
      request.setRequestHeader("Accept", "application/json");
      request.setRequestHeader("X-CSRFToken", token);
      request.upload.onprogress = (event) => {
        if (event.lengthComputable) bar.value = event.loaded / event.total;
      };
      request.onloadend = () => {
        say(problemsOf(request.responseText) ?? [word("uploadFailed", { name: file.name })]);
        done();
      };
      request.send(form);
    });
  }
}

customElements.define("sk-files", Files);
