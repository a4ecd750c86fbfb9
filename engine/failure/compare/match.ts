/** Which known failure a new reason belongs to. */
import type { Reading } from "../reading.ts";
import { compare } from "./same.ts";
import { mayMeet, type View, viewOf } from "./view.ts";

interface Group {
  readonly members: readonly Reading[];
}

/** The group that most speaks for, of those whose members do not speak against it: the latest of equals. -1: none. */
export function bestMatch(reading: Reading, groups: readonly Group[]): number {
  const view = viewOf(reading);
  let best = -1;
  let most = 0;
  for (let i = groups.length - 1; i >= 0; i--) {
    const evidence = evidenceFor(view, groups[i]!);
    if (evidence <= most) continue;
    most = evidence;
    best = i;
  }
  return best;
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
