/** Branches that failed and that their join went on without: a run that ends well all the same says which. */
import type { BranchResult } from "./events/flow.ts";
import { isSuccess } from "./outcome.ts";
import { type RunState, type Scope, TRUNK } from "./state.ts";

/** Their keys travel in one event, and an event has its limit. */
const MOST = 500;

/** Of one join: its own, where it took what succeeded, and those of joins inside the branches that it took. */
export function failedAtJoin(status: string, results: readonly BranchResult[]): string[] {
  const own = status === "partial_success" ? results.filter((result) => !isSuccess(result.status)) : [];
  const inner = isSuccess(status) ? results.filter((result) => isSuccess(result.status)) : [];
  const keys = [...own.map(({ key }) => key), ...inner.flatMap((result) => result.failed_branches ?? [])];
  return keys.slice(0, MOST);
}

/** Of the joins that stand: a later visit of the same fan-out takes the place of an earlier one. */
export const failedBranches = ({ failedBranches: byFan }: Scope): string[] =>
  [...byFan.values()].flat().slice(0, MOST);

/** What a run that succeeded went on without; empty for any other. */
export function succeededWithout({ ended, scopes }: RunState): string[] {
  const trunk = scopes.get(TRUNK);
  return ended?.event === "run_completed" && trunk ? failedBranches(trunk) : [];
}
