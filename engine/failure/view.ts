/** Atoms made ready for comparing, and how single atoms match. */
import type { Atoms } from "./text/atoms.ts";
import { titleKey } from "./text/breadcrumbs.ts";

export interface View {
  readonly atoms: Atoms;
  readonly bag: ReadonlySet<string>;
  /** Names as test titles, since a test may be named like any function. */
  readonly titles: ReadonlySet<string>;
  /** Everything by which a related text could be found. */
  readonly anchors: ReadonlySet<string>;
}

/** A view says nothing that its atoms do not say; it is kept only so that it need not be made again. */
const made = new WeakMap<Atoms, View>();

export function viewOf(atoms: Atoms): View {
  let view = made.get(atoms);
  if (view === undefined) {
    view = {
      atoms,
      bag: new Set(atoms.bag),
      titles: new Set(atoms.names.map((name) => titleKey(lastPart(name)))),
      anchors: new Set(anchorsOf(atoms)),
    };
    made.set(atoms, view);
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

/** `is-zero-when-empty` is `cart-total-is-zero-when-empty`. */
export const sameTitle = (x: string, y: string): boolean =>
  x === y || (y.includes("-") && x.endsWith(`-${y}`)) || (x.includes("-") && y.endsWith(`-${x}`));

/** A link is a concept, a blank, and the thing it is said of. */
export const saidOf = (link: string): string => link.slice(link.indexOf(" ") + 1);

export const sameLink = (x: string, y: string): boolean =>
  x === y || (x.slice(0, x.indexOf(" ")) === y.slice(0, y.indexOf(" ")) && sameEnd(saidOf(x), saidOf(y)));

/** All pieces of the last part of a name stand somewhere in the other text. */
export function covered(name: string, bag: ReadonlySet<string>): boolean {
  let any = false;
  for (const part of lastPart(name).split(/[^\p{L}\d]+/u)) {
    if (part.length < 2) continue;
    if (!bag.has(part)) return false;
    any = true;
  }
  return any;
}
