/** How long a provider asks to wait, in each of the forms that are in use. */

/** Milliseconds; null when it does not say. `now` is epoch milliseconds. */
export function retryAfterMs(
  headers: Readonly<Record<string, string>>,
  body: unknown,
  now: number,
): number | null {
  const ms = positive(headers["retry-after-ms"]);
  if (ms !== null) return ms;
  const said = headers["retry-after"]?.trim();
  if (said !== undefined && said !== "") {
    const seconds = positive(said);
    if (seconds !== null) return seconds * 1000;
    const date = Date.parse(said);
    if (!Number.isNaN(date)) return Math.max(0, date - now);
  }
  return retryInfo(body);
}

function positive(text: string | undefined): number | null {
  if (text === undefined || !/^\s*\d+(?:\.\d+)?\s*$/.test(text)) return null;
  return Number(text);
}

/** Google says it in the error's details: `{"@type": "…RetryInfo", "retryDelay": "37s"}`. */
function retryInfo(body: unknown): number | null {
  const found = /"retryDelay"\s*:\s*"(\d+(?:\.\d+)?)s"/.exec(
    typeof body === "string" ? body : (JSON.stringify(body) ?? ""),
  );
  return found ? Number(found[1]) * 1000 : null;
}

/** What is later than that is no date. */
const LONGEST_MS = 366 * 24 * 3_600_000;

/** As a date that is one, whatever the provider asks for. */
export const instantIn = (ms: number, now: number): string =>
  new Date(now + Math.min(ms, LONGEST_MS)).toISOString();
