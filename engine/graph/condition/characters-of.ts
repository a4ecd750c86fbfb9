/** Sets of characters that a place of a pattern takes. */

/** Whether a code point is in the set. */
export type CharSet = (code: number) => boolean;

export const one =
  (char: number): CharSet =>
  (code) =>
    code === char;
export const range =
  (from: number, to: number): CharSet =>
  (code) =>
    code >= from && code <= to;
export const anyOf =
  (sets: readonly CharSet[]): CharSet =>
  (code) =>
    sets.some((set) => set(code));
export const not =
  (set: CharSet): CharSet =>
  (code) =>
    !set(code);

/** `.`: anything but the end of a line. */
export const ANY: CharSet = (code) => code !== 10 && code !== 13;

const DIGIT = range(48, 57);
const WORD = anyOf([DIGIT, range(65, 90), range(97, 122), one(95)]);
const SPACE: CharSet = (code) => /\s/.test(String.fromCodePoint(code));

/** What stands after a backslash. */
export const ESCAPED: ReadonlyMap<string, CharSet> = new Map([
  ["d", DIGIT],
  ["D", not(DIGIT)],
  ["w", WORD],
  ["W", not(WORD)],
  ["s", SPACE],
  ["S", not(SPACE)],
  ["n", one(10)],
  ["r", one(13)],
  ["t", one(9)],
]);
