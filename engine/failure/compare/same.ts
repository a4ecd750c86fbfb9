/** Whether two reasons have one cause. A false yes stops a run that was making progress; a missed one is caught by R-BRK-3. */
import { subjectOf, weigh } from "./evidence.ts";
import { overlapOf } from "./overlap.ts";
import { exchangesAThing } from "./template.ts";
import { vetoOf } from "./vetoes.ts";
import type { View } from "./view.ts";

export type Relation =
  | { readonly kind: "same"; readonly evidence: number }
  /** The two cannot have one cause. */
  | { readonly kind: "other"; readonly why: string }
  /** Nothing speaks against it, too little for it. */
  | { readonly kind: "unproven"; readonly why: string };

export function compare(a: View, b: View): Relation {
  const veto = vetoOf(a, b);
  if (veto !== null) return { kind: "other", why: veto };
  const overlap = overlapOf(a, b);
  const named =
    subjectOf(overlap) > 0 ||
    overlap.codes.shared + overlap.files.shared + overlap.exceptions.shared + overlap.concepts.shared > 0;
  const evidence = named ? weigh(a, b, overlap) : "nothing is named alike";
  if (typeof evidence === "string") return { kind: "unproven", why: evidence };
  if (exchangesAThing(a, b)) return { kind: "other", why: "the same sentence about another thing" };
  return { kind: "same", evidence };
}
