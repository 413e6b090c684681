/** The words that elements say, written by the server in the reader's language (shell/_words.html). */

/** Return a word of the page, with {name} filled in from `values`. */
export function word(key: string, values: Record<string, string | number> = {}): string {
  const source = document.getElementById("sk-words");
  const text = source?.dataset[key] ?? key;
  return text.replace(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole));
}
