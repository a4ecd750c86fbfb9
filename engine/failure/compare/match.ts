/** Which known failure a new reason belongs to. */
import type { Reading } from "../reading.ts";
import { compare } from "./same.ts";
import { mayMeet, type View, viewOf } from "./view.ts";

interface Group {
  readonly seen: readonly string[];
  readonly members: readonly Reading[];
}

export interface Fit {
  /** -1: none. */
  readonly at: number;
  /** The other groups that the reason fits: it shows that all of them are one. */
  readonly bridged: readonly number[];
}

const NONE: Fit = { at: -1, bridged: [] };

/**
 * The group that a reason fits: no member speaks against it and one at least for it. A reason that fits two groups which
 * cannot be one is too vague for either; of groups that can be one it joins the first found.
 */
export function bestMatch(reading: Reading, groups: readonly Group[]): Fit {
  const view = viewOf(reading);
  const fitting = groups.flatMap((group, i) => (evidenceFor(view, group) > 0 ? [i] : []));
  if (fitting.length === 0) return NONE;
  const evidence = fitting.map((i) => groups[i]!.seen.length);
  const at = fitting[evidence.indexOf(Math.max(...evidence))]!;
  const bridged = fitting.filter((i) => i !== at);
  const torn = bridged.some((i) => fitting.some((j) => j !== i && opposed(groups[i]!, groups[j]!)));
  return torn ? NONE : { at, bridged };
}

function evidenceFor(view: View, group: Group): number {
  let most = 0;
  for (const member of group.members) {
    const known = viewOf(member);
    if (!mayMeet(view, known)) continue;
    const relation = compare(known, view);
    if (relation.kind === "other") return 0;
    if (relation.kind === "same") most = Math.max(most, relation.evidence);
  }
  return most;
}

const opposed = (a: Group, b: Group): boolean =>
  a.members.some((x) => b.members.some((y) => compare(viewOf(x), viewOf(y)).kind === "other"));
