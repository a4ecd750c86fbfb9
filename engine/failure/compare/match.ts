/** Which known failure a new reason belongs to. */
import type { Reading } from "../reading.ts";
import { compare } from "./same.ts";
import { mayMeet, type View, viewOf } from "./view.ts";

interface Group {
  readonly members: readonly Reading[];
}

/**
 * The one group that a reason fits: as many members for it as against it, one at least. A reason that fits two groups
 * which cannot be one is too vague for either. -1: none.
 */
export function bestMatch(reading: Reading, groups: readonly Group[]): number {
  const view = viewOf(reading);
  let best = -1;
  let most = 0;
  const fitting: number[] = [];
  for (let i = groups.length - 1; i >= 0; i--) {
    const evidence = evidenceFor(view, groups[i]!);
    if (evidence === 0) continue;
    fitting.push(i);
    if (evidence > most) {
      most = evidence;
      best = i;
    }
  }
  return fitting.some((i) => i !== best && opposed(groups[i]!, groups[best]!)) ? -1 : best;
}

/** The most that speaks for it; 0 when more members speak against it than for it. */
function evidenceFor(view: View, group: Group): number {
  let most = 0;
  let balance = 0;
  for (const member of group.members) {
    const known = viewOf(member);
    if (!mayMeet(view, known)) continue;
    const relation = compare(known, view);
    if (relation.kind === "other") balance--;
    if (relation.kind === "same") {
      balance++;
      most = Math.max(most, relation.evidence);
    }
  }
  return balance >= 0 ? most : 0;
}

const opposed = (a: Group, b: Group): boolean =>
  a.members.some((x) => b.members.some((y) => compare(viewOf(x), viewOf(y)).kind === "other"));
