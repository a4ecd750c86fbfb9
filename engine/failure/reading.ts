/** A reason as it is kept for comparing. */
import { atomsOf } from "./text/atoms.ts";
import { canonical } from "./text/canonical.ts";
import { clean } from "./text/clean.ts";
import type { Atoms } from "./text/kinds.ts";

export interface Reading {
  readonly atoms: Atoms;
  /** The canonical form's first words, in order. */
  readonly form: readonly string[];
}

export const FORM_WORDS = 48;

/** The canonical form at once; the rest only when asked for, since most reasons come again as they are. */
export function readReason(reason: string): { readonly canonical: string; readonly reading: () => Reading } {
  const text = clean(reason);
  const { key, words } = canonical(text);
  return {
    canonical: key,
    reading: () => ({
      atoms: atomsOf(text),
      form: words.slice(0, FORM_WORDS),
    }),
  };
}
