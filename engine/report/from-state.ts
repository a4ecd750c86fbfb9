/** The report of a run, from its state and, where it is at hand, its log: what every form shows alike. */

import type { RunEvent } from "../core/events.ts";
import { succeededWithout } from "../core/failed-branches.ts";
import { refusedRestart } from "../core/refused-restart.ts";
import type { Shown } from "../core/shown.ts";
import type { RunState } from "../core/state.ts";
import { totals } from "../core/usage.ts";
import type { Pipeline } from "../graph/pipeline.ts";
import { type Live, liveOf } from "../ledger/projections/live.ts";
import type {
  CurrentRow,
  FindingRow,
  GateRow,
  Link,
  NextStep,
  ProviderRow,
  ReportedTotals,
  ReportModel,
} from "./model.ts";
import { pictureOf } from "./picture.ts";
import { branchRows } from "./rows/branches.ts";
import { causesOf, storyFrom } from "./rows/causes.ts";
import { earlierEnds } from "./rows/earlier.ts";
import { ledgerRows } from "./rows/ledger.ts";
import { labelOf } from "./rows/names.ts";
import { pathOf, stageRows } from "./rows/stages.ts";

export interface ReportExtras {
  readonly findings: readonly FindingRow[];
  readonly next: readonly NextStep[];
  readonly links: readonly Link[];
  /** The whole log. Without it attempts, hops and waiting are not told. */
  readonly events?: readonly RunEvent[];
  /** When it is looked at; without it the run's last event is now. */
  readonly now?: number;
  /** Where the work went. */
  readonly work?: string | null;
  /** Per gate: what is to be approved. */
  readonly shows?: ReadonlyMap<string, readonly Shown[]>;
}

export function reportOf(state: RunState, pipeline: Pipeline, extras: ReportExtras): ReportModel {
  const live = liveOf(state);
  const { started } = state;
  const branches = branchRows(state, pipeline);
  const causes = causesOf(state, pipeline);
  const until = state.endedAt ?? Math.max(state.now, extras.now ?? 0);
  return {
    runId: state.runId,
    graph: started?.graph.path ?? pipeline.name,
    goal: pipeline.goal,
    status: live.status,
    notReal: started?.simulated ?? [],
    notConfined: state.notConfined ?? [],
    failedBranches: succeededWithout(state),
    work: extras.work ?? null,
    earlier: earlierEnds(pipeline, extras.events ?? []),
    restartBlocked: restartBlockedOf(state),
    startedAt: new Date(state.startedAt).toISOString(),
    durationMs: Math.max(0, until - state.startedAt),
    story: storyFrom(state, pipeline, causes, branches),
    causes,
    current: live.current.map((stage) => currentRow(stage, pipeline, branches)),
    path: pathOf(state, pipeline),
    picture: pictureOf(pipeline),
    stages: stageRows(state, pipeline),
    branches,
    gates: live.gates.map((gate) => gateRow(gate, state, extras.shows)),
    pauses: live.pauses.map(({ node_id, branch_key, provider, reason, until, deadline }) => ({
      id: node_id,
      branchKey: branch_key ?? null,
      provider,
      reason,
      until: until ?? null,
      deadline,
    })),
    // A question that still waits in its time has a part of its own.
    findings: extras.findings.filter(
      ({ code, severity }) => live.gates.length === 0 || code !== "GATE_UNANSWERED" || severity !== "info",
    ),
    providers: providersOf(state),
    totals: totalsOf(state, until),
    ledger: extras.events ? ledgerRows(extras.events, until) : null,
    next: extras.next,
    links: extras.links,
  };
}

function restartBlockedOf(state: RunState): ReportModel["restartBlocked"] {
  const blocked = refusedRestart(state);
  return blocked ? { node: blocked.node_id, target: blocked.target_node } : null;
}

const currentRow = (
  { node_id, branch_key, phase }: Live["current"][number],
  pipeline: Pipeline,
  branches: ReportModel["branches"],
): CurrentRow => ({
  id: node_id,
  label: labelOf(pipeline, node_id),
  branch:
    branch_key === undefined ? null : (branches.find((row) => row.key === branch_key)?.label ?? branch_key),
  phase,
});

const gateRow = (gate: Live["gates"][number], state: RunState, shows: ReportExtras["shows"]): GateRow => ({
  id: gate.gate,
  question: gate.question,
  choices: gate.choices,
  deadline: gate.deadline,
  defaultChoice: defaultOf(state, gate.gate),
  shows: shows?.get(gate.gate) ?? [],
});

function defaultOf(state: RunState, gateId: string): string | null {
  for (const { cursor } of state.scopes.values()) {
    if (cursor.phase === "gate" && cursor.gate.id === gateId) return cursor.gate.defaultChoice;
  }
  return null;
}

const providersOf = (state: RunState): ProviderRow[] =>
  [...state.usage.values()].map((line) => ({
    provider: line.provider,
    model: line.model,
    calls: line.calls,
    inputTokens: line.input + line.cacheRead + line.cacheWrite,
    outputTokens: line.output,
    costUsd: line.usd,
    costComplete: line.unpriced === 0,
  }));

function totalsOf(state: RunState, until: number): ReportedTotals {
  const sum = totals(state.usage);
  return {
    attempts: state.attempts,
    durationMs: Math.max(0, until - state.startedAt),
    tokens: sum.tokens,
    costUsd: sum.usd,
    costComplete: sum.complete,
  };
}
