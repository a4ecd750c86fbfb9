/** Atoms made ready for comparing, and how single atoms match. */
import type { Reading } from "../reading.ts";
import { titleKey } from "../text/breadcrumbs.ts";
import type { Atoms } from "../text/kinds.ts";
import { MISSED } from "../text/links.ts";
import { stem } from "../text/words.ts";

export interface View extends Reading {
  readonly bag: ReadonlySet<string>;
  /** Names as test titles, since a test may be named like any function. */
  readonly titles: ReadonlySet<string>;
  /** Links said of a file or name, not of what plain words describe. */
  readonly named: readonly string[];
  /** Files without folder and ending: a class is where its file is, but that is no evidence. */
  readonly stems: ReadonlySet<string>;
  /** Last parts of names. */
  readonly lastParts: ReadonlySet<string>;
  /** Everything by which a related text could be found. */
  readonly anchors: ReadonlySet<string>;
}

/** A view says nothing that its reading does not say; views are kept only so that it need not be made again. */
const made = new WeakMap<Reading, View>();

export function viewOf(reading: Reading): View {
  let view = made.get(reading);
  if (view === undefined) {
    const { atoms } = reading;
    view = {
      ...reading,
      bag: new Set(atoms.bag),
      titles: new Set(atoms.names.map((name) => titleKey(lastPart(name)))),
      named: atoms.links.filter((link) => !saidOf(link).startsWith(MISSED)),
      stems: new Set(atoms.files.map((file) => lastPart(file).replace(/\..*$/, ""))),
      lastParts: new Set(atoms.names.map(lastPart)),
      anchors: new Set(anchorsOf(atoms)),
    };
    made.set(reading, view);
  }
  return view;
}

export const lastPart = (name: string): string => name.slice(name.lastIndexOf("/") + 1);

function anchorsOf(atoms: Atoms): string[] {
  return [
    ...atoms.codes,
    ...atoms.files.map(lastPart),
    ...atoms.names.map(lastPart),
    ...atoms.tests.map((title) => title.slice(title.lastIndexOf("-") + 1)),
    ...atoms.commands,
    ...atoms.bag,
  ];
}

/** Whether two texts have anything in common at all; cheap, and never wrong when it says no. */
export function mayMeet(a: View, b: View): boolean {
  const [few, many] = a.anchors.size < b.anchors.size ? [a, b] : [b, a];
  for (const anchor of few.anchors) if (many.anchors.has(anchor)) return true;
  return false;
}

/** `src/a.ts` is `app/src/a.ts`; `game` is `crate/game`. */
export const sameEnd = (x: string, y: string): boolean =>
  x === y || (x.length > y.length ? x.endsWith(`/${y}`) : y.endsWith(`/${x}`));

/** Names match from either end: `crate/game` is where `crate/game/Game` is missed. */
export const sameName = (x: string, y: string): boolean =>
  sameEnd(x, y) || (y.includes("/") && x.startsWith(`${y}/`)) || (x.includes("/") && y.startsWith(`${x}/`));

/** `is-zero-when-empty` is `cart-total-is-zero-when-empty`. */
export const sameTitle = (x: string, y: string): boolean =>
  x === y || (y.includes("-") && x.endsWith(`-${y}`)) || (x.includes("-") && y.endsWith(`-${x}`));

/** A link is a concept, a blank, and the thing it is said of. */
export const conceptOf = (link: string): string => link.slice(0, link.indexOf(" "));
export const saidOf = (link: string): string => link.slice(link.indexOf(" ") + 1);

export const sameLink = (x: string, y: string): boolean =>
  x === y || (conceptOf(x) === conceptOf(y) && sameName(saidOf(x), saidOf(y)));

/** Last parts that many names share. */
const COMMON_PARTS = new Set(
  "index main default init self value name type test tests config item items data".split(" "),
);

/** All pieces of the last part of a name stand somewhere in the other text; of the whole name where that part is a common one. */
export function covered(name: string, bag: ReadonlySet<string>): boolean {
  // An expression is itself or another one.
  if (/[[<(|]/.test(name)) return false;
  const last = lastPart(name);
  let any = false;
  for (const part of (last.length <= 3 || COMMON_PARTS.has(last) ? name : last).split(/[^\p{L}\d]+/u)) {
    if (part === "") continue;
    if (!bag.has(part) && !bag.has(stem(part))) return false;
    any = true;
  }
  return any;
}
