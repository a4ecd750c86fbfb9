/** Whether a value is nested deeper than what writes, copies or masks it can walk: a model may say anything. */
const MOST_DEPTH = 200;

export function isTooDeep(value: unknown): boolean {
  let level = [value];
  for (let depth = 0; depth <= MOST_DEPTH; depth++) {
    level = level.flatMap((each) => (each !== null && typeof each === "object" ? Object.values(each) : []));
    if (level.length === 0) return false;
  }
  return true;
}
