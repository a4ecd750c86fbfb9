/** `final.json`: the run's end for people and machines (docs/contracts.md). */

import type { BranchResult, RestartBlocked } from "../../core/events/flow.ts";
import { succeededWithout } from "../../core/failed-branches.ts";
import type { Cause } from "../../core/outcome.ts";
import { refusedRestart } from "../../core/refused-restart.ts";
import { retriesOf } from "../../core/scopes.ts";
import type { Spent } from "../../core/spend.ts";
import { type RunState, TRUNK } from "../../core/state.ts";
import { totals } from "../../core/usage.ts";

export interface Final {
  readonly schema_version: 1;
  readonly run_id: string;
  readonly graph: { readonly name: string; readonly digest: string; readonly path?: string | undefined };
  readonly status: "success" | "fail" | "canceled";
  /** A join went on without branches that failed: success, but not of everything. */
  readonly outcome?: "partial_success";
  readonly failed_branches?: readonly string[];
  readonly failure_reason?: string;
  readonly failure_class?: string;
  readonly failure_signature?: string;
  readonly failed_node?: string;
  readonly cause?: Cause;
  /** The run ended because this restart was refused. */
  readonly loop_restart_blocked?: RestartBlocked;
  readonly started_at: string;
  readonly finished_at: string;
  readonly duration_ms: number;
  readonly completed_nodes: readonly string[];
  readonly node_visits: Readonly<Record<string, number>>;
  readonly node_retries: Readonly<Record<string, number>>;
  readonly branches: readonly FinalBranch[];
  readonly totals: {
    readonly attempts: number;
    readonly tokens: number;
    readonly cost_usd: number | null;
    readonly cost_usd_known: number;
    readonly cost_complete: boolean;
    readonly by_provider: Readonly<
      Record<string, { tokens: number; cost_usd_known: number; cost_complete: boolean }>
    >;
  };
  readonly git: {
    readonly base_sha: string | null;
    readonly final_commit: string | null;
    readonly run_branch: string | null;
  };
  readonly hops: number;
  readonly restarts: number;
  readonly resumes: number;
  readonly simulated?: readonly string[];
  /** Where a CXDB server has the run, and its newest turn there. */
  readonly cxdb_context_id?: string;
  readonly cxdb_head_turn_id?: string;
  /** In the artifact of a job that published the work: where it is, or why it is not where it was asked to be. */
  readonly delivery?: string;
  /** Agents' commands that nothing kept in the worktree, in sentences. */
  readonly not_confined?: readonly string[];
}

export interface FinalBranch {
  readonly key: string;
  readonly status: string;
  readonly left_by: string;
  readonly last_node?: string;
  readonly cause?: Cause;
  readonly failed_branches?: readonly string[];
  readonly loop_restart_blocked?: RestartBlocked;
  readonly commit?: string;
  readonly duration_ms: number;
  readonly node_visits: Readonly<Record<string, number>>;
  readonly node_retries: Readonly<Record<string, number>>;
}

export function finalOf(state: RunState): Final {
  const { ended, started } = state;
  if (!ended || !started) throw new Error("the run has not ended");
  const trunk = state.scopes.get(TRUNK);
  const nodes = [...(trunk?.nodes ?? [])];
  const blocked = refusedRestart(state);
  return {
    schema_version: 1,
    run_id: state.runId,
    graph: started.graph,
    status: ended.status,
    ...partialOf(state),
    ...endFields(ended),
    ...(blocked ? { loop_restart_blocked: blocked } : {}),
    started_at: new Date(state.startedAt).toISOString(),
    finished_at: new Date(state.endedAt ?? state.now).toISOString(),
    duration_ms: ended.duration_ms ?? 0,
    completed_nodes: [...(trunk?.completed ?? [])],
    node_visits: Object.fromEntries(nodes.map(([id, node]) => [id, node.visits])),
    node_retries: Object.fromEntries(nodes.map(([id, node]) => [id, retriesOf(node)])),
    branches: state.branches.map(finalBranch),
    totals: finalTotals(state),
    git: {
      base_sha: started.base_sha ?? null,
      final_commit: trunk?.commit ?? null,
      run_branch: started.run_branch ?? null,
    },
    hops: state.hop?.hop ?? 0,
    restarts: trunk?.restarts ?? 0,
    resumes: state.resumes,
    ...(state.cxdbContext === null ? {} : { cxdb_context_id: state.cxdbContext }),
    ...(started.simulated?.length ? { simulated: started.simulated } : {}),
    ...(state.notConfined?.length ? { not_confined: state.notConfined } : {}),
  };
}

function partialOf(state: RunState): Pick<Final, "outcome" | "failed_branches"> {
  const failed = succeededWithout(state);
  return failed.length === 0 ? {} : { outcome: "partial_success", failed_branches: failed };
}

function endFields(ended: NonNullable<RunState["ended"]>) {
  switch (ended.event) {
    case "run_completed":
      return {};
    case "run_canceled":
      return { failure_reason: ended.reason, failure_class: "canceled" };
    case "run_failed":
      return {
        failure_reason: ended.failure_reason,
        failure_class: ended.failure_class,
        failure_signature: ended.failure_signature,
        ...(ended.failed_node ? { failed_node: ended.failed_node } : {}),
        ...(ended.cause ? { cause: ended.cause } : {}),
      };
  }
}

const finalBranch = (result: BranchResult): FinalBranch => ({
  key: result.key,
  status: result.status,
  left_by: result.left_by,
  ...(result.last_node ? { last_node: result.last_node } : {}),
  ...(result.cause ? { cause: result.cause } : {}),
  ...(result.failed_branches ? { failed_branches: result.failed_branches } : {}),
  ...(result.loop_restart_blocked ? { loop_restart_blocked: result.loop_restart_blocked } : {}),
  ...(result.commit ? { commit: result.commit } : {}),
  duration_ms: result.duration_ms,
  node_visits: result.node_visits,
  node_retries: result.node_retries,
});

function finalTotals(state: RunState): Final["totals"] {
  const sum = totals(state.usage);
  const providers = Map.groupBy(state.usage.values(), (spent) => spent.provider);
  return {
    attempts: state.attempts,
    tokens: sum.tokens,
    cost_usd: sum.complete ? sum.usd : null,
    cost_usd_known: sum.usd,
    cost_complete: sum.complete,
    by_provider: Object.fromEntries(
      [...providers].map(([provider, spent]) => [provider, providerTotal(spent)]),
    ),
  };
}

function providerTotal(spent: readonly Spent[]) {
  const sum = totals(new Map(spent.map((line) => [line.model, line])));
  return { tokens: sum.tokens, cost_usd_known: sum.usd, cost_complete: sum.complete };
}
