/** A branch of a fan-out as a job of its own, and where its refs are. */
import type { PlannedBranch } from "../../engine/core/events/flow.ts";
import type { RunState } from "../../engine/core/state.ts";
import { branchRef, DEFAULT_REF_PREFIX } from "../../engine/git/names.ts";

export interface Leg {
  readonly branch: PlannedBranch;
  readonly fan: { readonly node: string; readonly visit: number };
  readonly base: string | null;
}

export function legRef(state: RunState, runId: string, { branch, fan }: Leg, attempt: number): string {
  return branchRef(DEFAULT_REF_PREFIX, runId, {
    fan: fan.node,
    visit: fan.visit,
    index: branch.index,
    key: branch.key,
    epoch: state.hop?.epoch ?? 1,
    attempt,
  });
}

/** Where all legs of a fan-out have their refs. */
export function legFolder(runId: string, fan: Leg["fan"]): string {
  const any = { fan: fan.node, visit: fan.visit, index: 0, key: "", epoch: 1, attempt: 1 };
  return branchRef(DEFAULT_REF_PREFIX, runId, any).split("/").slice(0, -2).join("/").concat("/");
}
