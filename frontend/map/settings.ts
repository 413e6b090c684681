/** What the page tells its script. */
export interface NationalSettings {
  tiles: string;
  feature: string;
}

export interface Settings {
  layers: Record<string, { tiles: string; preview: string; label: string }>;
  current: string;
  picked: { layer: string; id: number; lon: number; lat: number } | null;
  person: string;
  zone: string;
  areaUnit: string;
  words: Record<string, string>;
  national: NationalSettings | null;
}
