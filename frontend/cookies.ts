/** Choices about looks are kept in cookies, so that the server draws the page right at once. */
const A_YEAR_S = 365 * 24 * 3600;

/** Remember a choice for a year. */
export function remember(name: string, value: string): void {
  document.cookie = `${name}=${encodeURIComponent(value)}; path=/; max-age=${A_YEAR_S}; samesite=lax`;
}
