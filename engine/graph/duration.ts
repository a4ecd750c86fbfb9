/** Durations as graphs write them: an integer and one of ms, s, m, h, d. */

export type Parsed<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly error: string; readonly fix: string };

const UNIT_MS = new Map([
  ["ms", 1],
  ["s", 1_000],
  ["m", 60_000],
  ["h", 3_600_000],
  ["d", 86_400_000],
]);
/** Beyond this a number is a slip of the keyboard, and dates computed from it break. */
const LONGEST_MS = 3650 * 86_400_000;

/** `bareSeconds` admits a number without a unit, which existing graphs write for `timeout`. */
export function parseDuration(text: string, bareSeconds = false): Parsed<number> {
  const match = /^(\d+)([A-Za-z]*)$/.exec(text.trim());
  const unit = match?.[2] || (bareSeconds ? "s" : "");
  const size = UNIT_MS.get(unit);
  if (match === null || size === undefined) {
    const bare = bareSeconds ? "; a bare number counts seconds" : "";
    return {
      ok: false,
      error: `${JSON.stringify(text)} is not a duration`,
      fix: `write a whole number and a unit: 250ms, 900s, 15m, 2h or 1d${bare}`,
    };
  }
  const ms = Number(match[1]) * size;
  if (ms > LONGEST_MS) {
    return { ok: false, error: `${text} is longer than ten years`, fix: "write at most 3650d" };
  }
  return { ok: true, value: ms };
}
