/** Every finding that a run's own state shows, worst first. */
import type { RunState } from "../core/state.ts";
import type { Finding } from "./finding.ts";
import { ends } from "./findings/ends.ts";
import { loopSignature } from "./findings/loop-signature.ts";
import { orphanedBranch } from "./findings/orphaned-branch.ts";
import { statusContract } from "./findings/status-contract.ts";

const RANK = { error: 0, warning: 1, info: 2 };

export function findingsOf(state: RunState): Finding[] {
  return [ends, orphanedBranch, statusContract, loopSignature]
    .flatMap((look) => look(state))
    .sort((a, b) => RANK[a.severity] - RANK[b.severity]);
}
