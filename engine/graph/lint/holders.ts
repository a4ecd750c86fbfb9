/** Who bears which attribute, found in one pass: most rules ask for one that few have. */
import { attrOf, everyNameOf } from "../attributes.ts";
import type { Attrs } from "../model.ts";

/** By the name as it is written, aliases apart; in declaration order. */
export type Holders<T> = ReadonlyMap<string, readonly T[]>;

interface Bearer {
  readonly attrs: Attrs;
}

export function holdersOf<T extends Bearer>(all: readonly T[]): Holders<T> {
  const holders = new Map<string, T[]>();
  for (const one of all) {
    if (one.attrs.size === 0) continue;
    for (const name of one.attrs.keys()) {
      const list = holders.get(name);
      if (list === undefined) holders.set(name, [one]);
      else list.push(one);
    }
  }
  return holders;
}

/** Those of which `attrOf` finds the attribute, under its name or an alias. */
export function bearing<T extends Bearer>(
  all: readonly T[],
  holders: Holders<T>,
  name: string,
): readonly T[] {
  const lists = everyNameOf(name)
    .map((one) => holders.get(one))
    .filter((list) => list !== undefined);
  if (lists.length === 0) return [];
  const some = lists.length === 1 ? lists[0]! : all;
  return some.filter(({ attrs }) => attrOf(attrs, name) !== undefined);
}
