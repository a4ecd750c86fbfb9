/** The report of a run, from its state: what comment, check, summary and page show alike. */
import type { BranchResult } from "../core/events/flow.ts";
import { succeededWithout } from "../core/failed-branches.ts";
import type { Cause } from "../core/outcome.ts";
import { refusedRestart } from "../core/refused-restart.ts";
import { type NodeRecord, type RunState, type Scope, TRUNK } from "../core/state.ts";
import { tokensOf, totals } from "../core/usage.ts";
import type { Pipeline } from "../graph/pipeline.ts";
import { liveOf } from "../ledger/projections/live.ts";
import type { BranchRow, FindingRow, NextStep, RunReport, StageRow, Totals } from "./model.ts";
import type { NodeState } from "./overlay.ts";
import { pictureOf } from "./picture.ts";

export interface ReportExtras {
  readonly findings: readonly FindingRow[];
  readonly next: readonly NextStep[];
  readonly links: readonly { readonly title: string; readonly url: string }[];
}

export function reportOf(state: RunState, pipeline: Pipeline, extras: ReportExtras): RunReport {
  const live = liveOf(state);
  const { started } = state;
  return {
    runId: state.runId,
    graph: started?.graph.path ?? pipeline.name,
    goal: pipeline.goal,
    status: live.status,
    notReal: started?.simulated ?? [],
    notConfined: state.notConfined ?? [],
    failedBranches: succeededWithout(state),
    restartBlocked: restartBlockedOf(state),
    durationMs: Math.max(0, (state.endedAt ?? state.now) - state.startedAt),
    causes: causesOf(state),
    picture: pictureOf(pipeline),
    stages: [...state.scopes.values()]
      .flatMap((scope) => stageRows(scope, pipeline))
      .concat(joinedRows(state, pipeline)),
    branches: branchRows(state),
    gates: live.gates.map((gate) => ({
      id: gate.gate,
      question: gate.question,
      choices: gate.choices,
      deadline: gate.deadline,
      defaultChoice: defaultOf(state, gate.gate),
    })),
    findings: extras.findings,
    totals: totalsOf(state),
    next: extras.next,
    links: extras.links,
  };
}

function restartBlockedOf(state: RunState): RunReport["restartBlocked"] {
  const blocked = refusedRestart(state);
  return blocked ? { node: blocked.node_id, target: blocked.target_node } : null;
}

function causesOf(state: RunState): Cause[] {
  const { ended } = state;
  if (ended?.event !== "run_failed") return [];
  const own: Cause = {
    node_id: ended.failed_node ?? "run",
    reason: ended.failure_reason,
    class: ended.failure_class,
    signature: ended.failure_signature,
  };
  return ended.cause ? [own, ended.cause] : [own];
}

function stageRows(scope: Scope, pipeline: Pipeline): StageRow[] {
  return [...scope.nodes].map(([id, node]) => ({
    id,
    label: pipeline.stages.get(id)?.label ?? id,
    state: stateOf(scope, id, node),
    visits: node.visits,
    attempts: node.attempts,
    durationMs: node.spent.ms,
    tokens: node.spent.tokens,
    costUsd: node.spent.usd,
    costComplete: node.spent.unpriced === 0,
    ...(scope.key === TRUNK ? {} : { branchKey: scope.key }),
  }));
}

/** A resumed fan-out lists what it kept again, and what it repeated anew: the newest result of a branch is the one that counts. */
function joined(state: RunState): BranchResult[] {
  return [...new Map(state.branches.map((branch) => [sameBranch(branch.key), branch])).values()];
}

const sameBranch = (key: string): string => key.replace(/\/v\d+\//g, "/");

/** Stages of branches that are joined already. */
function joinedRows(state: RunState, pipeline: Pipeline): StageRow[] {
  return joined(state).flatMap((branch) =>
    Object.entries(branch.nodes).map(([id, node]) => ({
      id,
      label: pipeline.stages.get(id)?.label ?? id,
      state: nodeState(node.status),
      visits: branch.node_visits[id] ?? 0,
      attempts: (branch.node_retries[id] ?? 0) + 1,
      durationMs: node.ms,
      tokens: node.tokens,
      costUsd: node.cost_usd ?? 0,
      costComplete: node.cost_usd !== null,
      branchKey: branch.key,
    })),
  );
}

function stateOf(scope: Scope, id: string, node: NodeRecord): NodeState {
  const { cursor } = scope;
  if ("node" in cursor && cursor.node === id) {
    if (cursor.phase === "gate") return "waiting";
    if (
      cursor.phase === "running" ||
      cursor.phase === "fanned" ||
      cursor.phase === "ready" ||
      cursor.phase === "retrying"
    )
      return "running";
  }
  return node.last ? nodeState(node.last.status) : "pending";
}

function nodeState(status: string): NodeState {
  switch (status) {
    case "fail":
    case "retry":
      return "fail";
    case "canceled":
      return "canceled";
    case "skipped":
      return "skipped";
    default:
      return "success";
  }
}

function branchRows(state: RunState): BranchRow[] {
  const open = [...state.scopes.values()].flatMap((scope) => {
    if (scope.cursor.phase !== "fanned") return [];
    const { fan, node } = scope.cursor;
    return fan.planned.map((branch): BranchRow => {
      const result = fan.results.get(branch.key);
      if (result) return doneRow(result);
      const state_: NodeState = fan.started.has(branch.key) ? "running" : "pending";
      return {
        key: branch.key,
        fanOut: node,
        state: state_,
        cause: null,
        durationMs: null,
        tokens: null,
        costUsd: null,
        costComplete: true,
      };
    });
  });
  const planned = new Set(open.map((row) => sameBranch(row.key)));
  return [
    ...joined(state)
      .filter((result) => !planned.has(sameBranch(result.key)))
      .map(doneRow),
    ...open,
  ];
}

function doneRow(result: BranchResult): BranchRow {
  return {
    key: result.key,
    fanOut: result.key.split("/").at(-3) ?? "",
    state: nodeState(result.status),
    cause: result.cause ?? null,
    durationMs: result.duration_ms,
    tokens: result.usage.reduce((sum, usage) => sum + tokensOf(usage), 0),
    costUsd: result.usage.reduce((sum, usage) => sum + (usage.cost_usd ?? 0), 0),
    costComplete: result.usage.every((usage) => usage.cost_usd !== null),
  };
}

function totalsOf(state: RunState): Totals {
  const sum = totals(state.usage);
  return {
    attempts: state.attempts,
    durationMs: Math.max(0, (state.endedAt ?? state.now) - state.startedAt),
    tokens: sum.tokens,
    costUsd: sum.usd,
    costComplete: sum.complete,
  };
}

function defaultOf(state: RunState, gateId: string): string | null {
  for (const { cursor } of state.scopes.values()) {
    if (cursor.phase === "gate" && cursor.gate.id === gateId) return cursor.gate.defaultChoice;
  }
  return null;
}
