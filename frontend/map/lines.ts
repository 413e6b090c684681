/** A text in several lines. */

/** Break a text into lines no wider than a width: between words, and between Chinese characters. */
export function broken(words: string, width: number, widthOf: (text: string) => number): string[] {
  const lines = [""];
  for (const part of words.match(/\s|\p{Ps}*(?:\p{Script=Han}|[^\s\p{Script=Han}\p{Ps}]+)[，。；：、）]*|\S/gu) ?? []) {
    const line = lines[lines.length - 1] ?? "";
    if (line !== "" && widthOf(line + part) > width) lines.push(part.trim());
    else lines[lines.length - 1] = line + part;
  }
  return lines.map((line) => line.trim());
}

/** The size of letters in which a line of a width at one size has at most another width. */
export function fitting(size: number, width: number, most: number): number {
  return width > most ? (size * most) / width : size;
}
