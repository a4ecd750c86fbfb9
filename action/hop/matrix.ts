/** Which branch a value of the matrix names: by its number, which is its identity. What else stands there is in `titles.ts`. */

/** As the index of a branch: the trunk's own turn. */
export const TURN = -1;

/** The index of the branch that such a value names; null when it names none. */
export function indexIn(title: string): number | null {
  const number = /^(\d{1,9})(?: |$)/.exec(title)?.[1];
  return number === undefined ? null : Number(number) - 1;
}
