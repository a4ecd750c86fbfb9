/** The same sentence about another thing: texts nearly equal word by word, with a word exchanged, have different causes. */
import { LINE } from "../text/canonical.ts";
import { isFile } from "../text/shapes.ts";
import { TOOLS } from "../text/tools.ts";
import { CLOSED, GLUE, NEGATIONS, POLAR, stem } from "../text/words.ts";
import { lastPart, sameEnd, type View } from "./view.ts";

const LONGEST = 48;
/** What share of the longer text must stand in both, in order, for them to be one sentence. */
const ALIKE = 0.6;

/** Equal canonical forms never come here, so what differs is not noise. */
export function exchangesAThing(a: View, b: View): boolean {
  const x = a.form.slice(0, LONGEST);
  const y = b.form.slice(0, LONGEST);
  const known = new Set(y);
  const most = x.filter((word) => known.has(word)).length + x.filter(isPath).length + y.filter(isPath).length;
  if (most < ALIKE * Math.max(x.length, y.length)) return false;
  const table = commonLengths(x, y);
  if (table[0]! < ALIKE * Math.max(x.length, y.length)) return false;
  const width = y.length + 1;
  let gapX: string[] = [];
  let gapY: string[] = [];
  let before = "";
  for (let i = 0, j = 0; i < x.length || j < y.length; ) {
    const both = i < x.length && j < y.length;
    if (both && same(x[i]!, y[j]!)) {
      if (
        exchanged(gapX, gapY, a, b) ||
        listed(gapX, gapY, before, x[i]!, a) ||
        listed(gapY, gapX, before, x[i]!, b)
      )
        return true;
      gapX = [];
      gapY = [];
      before = x[i]!;
      i++;
      j++;
    } else if (j >= y.length || (both && table[(i + 1) * width + j]! >= table[i * width + j + 1]!))
      gapX.push(x[i++]!);
    else gapY.push(y[j++]!);
  }
  return exchanged(gapX, gapY, a, b);
}

const same = (x: string, y: string): boolean =>
  x === y ||
  (isPath(x) !== isPath(y) && sameEnd(x.replace(/::|\.(?=\w)/g, "/"), y.replace(/::|\.(?=\w)/g, "/")));
const isPath = (word: string): boolean => word.includes("/") || word.includes("::");

/** One word for one: any that is not grammar. More for more: any that says something by itself. */
function exchanged(gapX: readonly string[], gapY: readonly string[], a: View, b: View): boolean {
  if (gapX.length === 0 || gapY.length === 0) return false;
  // Two files were compared before; a file for a name is an exchange.
  if (gapX.some(isFile) !== gapY.some(isFile)) {
    const [files, others, side] = gapX.some(isFile) ? [gapX, gapY, b] : [gapY, gapX, a];
    if (files.length > 0 && others.some((word) => side.lastParts.has(word))) return true;
  }
  if (gapX.length === 1 && gapY.length === 1)
    return (names(gapX[0]!) || a.lastParts.has(gapX[0]!)) && (names(gapY[0]!) || b.lastParts.has(gapY[0]!));
  return gapX.some(telling) && gapY.some(telling);
}

const plain = (word: string): boolean =>
  word !== "#" && word !== LINE && !isFile(word) && !TOOLS.has(lastPart(word));
const names = (word: string): boolean => plain(word) && (POLAR.has(word) || !CLOSED.has(word));
const telling = (word: string): boolean => plain(word) && !GLUE.has(stem(word));

/** A negation more turns the sentence round; a name more beside a name that both have makes another list. */
function listed(
  more: readonly string[],
  none: readonly string[],
  before: string,
  after: string,
  side: View,
): boolean {
  if (none.length > 0 || more.length === 0 || more.length > 3) return false;
  if (more.length === 1 && NEGATIONS.has(more[0]!)) return true;
  const known = (word: string): boolean => side.lastParts.has(lastPart(word));
  return more.every(known) && (known(before) || known(after));
}

/** Lengths of the longest common subsequences of all pairs of tails. */
function commonLengths(x: readonly string[], y: readonly string[]): Uint8Array {
  const width = y.length + 1;
  const table = new Uint8Array((x.length + 1) * width);
  for (let i = x.length - 1; i >= 0; i--)
    for (let j = y.length - 1; j >= 0; j--)
      table[i * width + j] = same(x[i]!, y[j]!)
        ? table[(i + 1) * width + j + 1]! + 1
        : Math.max(table[(i + 1) * width + j]!, table[i * width + j + 1]!);
  return table;
}
