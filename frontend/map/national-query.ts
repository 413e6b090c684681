/** The filters of the national base as a query: what is empty is left out, capital stands in yuan. */

const TEN_THOUSAND = 10_000;

/** Return the query that a form of filters means. */
export function formQuery(given: FormData): string {
  const query = new URLSearchParams();
  for (const [name, value] of given) {
    const text = String(value).trim();
    if (!text) continue;
    query.append(name, name.startsWith("capital") ? String(Math.round(Number(text) * TEN_THOUSAND)) : text);
  }
  return query.toString();
}
