/** One reason quotes the other: the same words in the same order, with something around them. */
import { CLOSED, GLUE, stem } from "../text/words.ts";

const LONGEST = 48;
/** Fewer words than these are found in many messages. */
const FEWEST = 4;
const FEWEST_OPEN = 2;
/** How much of the shorter reason must stand in the other in one piece. */
const SHARE = 0.75;

export function quotes(a: readonly string[], b: readonly string[]): boolean {
  const x = a.slice(0, LONGEST);
  const y = b.slice(0, LONGEST);
  const [shorter, longer] = x.length <= y.length ? [x, y] : [y, x];
  const { length, end } = longestRun(shorter, longer);
  if (length < FEWEST || length < SHARE * shorter.length) return false;
  const beside = [...shorter.slice(0, end - length), ...shorter.slice(end)];
  if (beside.some((word) => word !== "#" && !GLUE.has(stem(word)) && !longer.includes(word))) return false;
  return (
    shorter.slice(end - length, end).filter((word) => word !== "#" && !CLOSED.has(word)).length >= FEWEST_OPEN
  );
}

/** The longest stretch that stands in both, and where it ends in `x`. */
function longestRun(
  x: readonly string[],
  y: readonly string[],
): { readonly length: number; readonly end: number } {
  let above = new Uint8Array(y.length + 1);
  let length = 0;
  let end = 0;
  for (let i = 1; i <= x.length; i++) {
    const row = new Uint8Array(y.length + 1);
    for (let j = 1; j <= y.length; j++) {
      if (x[i - 1] !== y[j - 1]) continue;
      row[j] = above[j - 1]! + 1;
      if (row[j]! > length) {
        length = row[j]!;
        end = i;
      }
    }
    above = row;
  }
  return { length, end };
}
