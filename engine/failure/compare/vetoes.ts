/** What two reasons with one cause never have. Each is enough by itself. */
import { FORM_WORDS } from "../reading.ts";
import type { Atoms } from "../text/kinds.ts";
import { codeFamily } from "../text/shapes.ts";
import { spelledApart } from "../text/spelled.ts";
import { equal, match, mentions } from "./overlap.ts";
import { covered, saidOf, sameEnd, sameLink, sameTitle, type View } from "./view.ts";

type Veto = (a: View, b: View) => boolean;

/** Cheap ones first. */
const VETOES: ReadonlyMap<string, Veto> = new Map<string, Veto>([
  ["other tests", (a, b) => both(a.atoms.tests, b.atoms.tests) && !sameSets(a.atoms.tests, b.atoms.tests)],
  ["other codes", (a, b) => codesDiffer(a.atoms.codes, b.atoms.codes)],
  ["other exceptions", (a, b) => disjoint(a.atoms.exceptions, b.atoms.exceptions)],
  [
    "one compares, one throws",
    ({ atoms: x }, { atoms: y }) => comparesAgainst(x, y) || comparesAgainst(y, x),
  ],
  ["other files", (a, b) => parted(match(a.atoms.files, b.atoms.files, sameEnd))],
  ["another kind of failure", (a, b) => noCode(a, b) && disjoint(a.atoms.concepts, b.atoms.concepts)],
  ["another kind of thing", (a, b) => noCode(a, b) && disjoint(a.atoms.kinds, b.atoms.kinds)],
  ["names in other letter case", (a, b) => spelledApart(a.atoms.spelled, b.atoms.spelled)],
  ["one sentence in other letter case", (a, b) => inOtherCase(a.form, b.form)],
  ["said of other things", (a, b) => saidOfOthers(a, b)],
  ["each names what the other does not", (a, b) => parted(mentions(a, b, "names"))],
  ["each quotes what the other does not", (a, b) => parted(mentions(a, b, "phrases"))],
]);

/** Why the two cannot have one cause; null when nothing speaks against it. */
export function vetoOf(a: View, b: View): string | null {
  for (const [why, holds] of VETOES) if (holds(a, b)) return why;
  return null;
}

const both = (a: readonly string[], b: readonly string[]): boolean => a.length > 0 && b.length > 0;
const disjoint = (a: readonly string[], b: readonly string[]): boolean =>
  both(a, b) && !a.some((item) => b.includes(item));
const parted = ({ onlyA, onlyB }: { onlyA: number; onlyB: number }): boolean => onlyA > 0 && onlyB > 0;

/** Equal canonical forms never come here: small letters alone make these equal, and the capitals were of names. */
const inOtherCase = (a: readonly string[], b: readonly string[]): boolean =>
  a.length < FORM_WORDS && a.length === b.length && a.every((word, i) => word === b[i]);

function sameSets(a: readonly string[], b: readonly string[]): boolean {
  const { onlyA, onlyB } = match(a, b, sameTitle);
  return onlyA + onlyB === 0;
}

/** A shared code says the kind better than any words. */
const noCode = (a: View, b: View): boolean => match(a.atoms.codes, b.atoms.codes, equal).shared === 0;

/** Codes of one family must be the same ones: fewer of them is progress. With no family in common they are other codes. */
function codesDiffer(a: readonly string[], b: readonly string[]): boolean {
  if (!both(a, b)) return false;
  const familiesA = a.map(codeFamily);
  const familiesB = b.map(codeFamily);
  if (!familiesA.some((family) => familiesB.includes(family))) return true;
  return (
    a.some((code) => familiesB.includes(codeFamily(code)) && !b.includes(code)) ||
    b.some((code) => familiesA.includes(codeFamily(code)) && !a.includes(code))
  );
}

/** An assertion on one side, an exception of another kind on the other. */
const comparesAgainst = (a: Atoms, b: Atoms): boolean =>
  a.exceptions.length === 0 &&
  b.exceptions.length > 0 &&
  a.concepts.includes("compare") &&
  !b.concepts.includes("compare");

/** Both say something, and each of a thing that the other never mentions. */
function saidOfOthers(a: View, b: View): boolean {
  if (match(a.named, b.named, sameLink).shared > 0) return false;
  return saysOfUnmentioned(a, b) && saysOfUnmentioned(b, a);
}

const saysOfUnmentioned = (a: View, b: View): boolean =>
  a.atoms.links.some((link) => {
    const thing = saidOf(link);
    const known = (item: string): boolean => sameEnd(item, thing);
    return !b.atoms.files.some(known) && !b.atoms.names.some(known) && !covered(thing, b.bag);
  });
