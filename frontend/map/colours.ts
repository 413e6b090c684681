/** The tokens that a map is painted with, read from the page: WebGL knows no custom properties. */

const NAMES = {
  land: "--sk-m-land",
  block: "--sk-m-block",
  urban: "--sk-m-urban",
  green: "--sk-m-green",
  water: "--sk-m-water",
  road: "--sk-m-road",
  roadCase: "--sk-m-case",
  label: "--sk-m-label",
  halo: "--sk-m-halo",
  rail: "--sk-m-rail",
  taken: "--sk-p-taken",
  free: "--sk-p-free",
  offered: "--sk-p-offer",
  held: "--sk-p-held",
  heldInk: "--sk-p-held-ink",
  accent: "--sk-accent",
  accentSoft: "--sk-accent-soft",
  onAccent: "--sk-on-accent",
  surface: "--sk-surface",
  text: "--sk-text",
  text2: "--sk-text-2",
  line: "--sk-line",
  control: "--sk-control",
  lost: "--sk-lost",
  onStage: "--sk-on-stage",
  onStage1: "--sk-on-stage-1",
  refuse: "--sk-refuse",
  s1: "--sk-s1",
  s2: "--sk-s2",
  s3: "--sk-s3",
  s4: "--sk-s4",
  s5: "--sk-s5",
  s6: "--sk-s6",
  s7: "--sk-s7",
  s8: "--sk-s8",
  c1: "--sk-c1",
  c2: "--sk-c2",
  c5: "--sk-c5",
} as const;

export type Colours = Record<keyof typeof NAMES, string>;

/** Return the colours in force at an element. */
export function coloursOf(element: Element): Colours {
  const style = getComputedStyle(element);
  const read = (name: string): string => style.getPropertyValue(name).trim() || "#888888";
  return Object.fromEntries(Object.entries(NAMES).map(([key, name]) => [key, read(name)])) as Colours;
}
