/** While a fan-out is open: start what may start, end what need not go on, join when every branch is in. */
import type { ErrorPolicy, JoinPolicy, Pipeline, Stage } from "../../graph/pipeline.ts";
import { branchFolder } from "../branch-folder.ts";
import { unfinished } from "../branch-result.ts";
import type { BranchResult, PlannedBranch } from "../events/flow.ts";
import type { BodyOf } from "../events.ts";
import { planFanOut } from "../fanout.ts";
import { type BranchEnd, judgeJoin } from "../join.ts";
import type { Cursor, Ended, RunState, Scope } from "../state.ts";
import { failedJoin, pureEnd, pureFailure } from "./pure.ts";
import { reservation, settlement } from "./reserve.ts";
import { at, type Step } from "./step.ts";

type Fanned = Extract<Cursor, { phase: "fanned" }>;

export function startFan(pipeline: Pipeline, scope: Scope, stage: Stage, resumed: boolean): Step {
  const visit = scope.nodes.get(stage.id)?.visits ?? 1;
  const plan = planFanOut(pipeline, scope, stage, visit, resumed);
  return plan.ok
    ? { event: plan.event }
    : pureFailure(scope, stage, plan.reason, "deterministic", "no_fan_out");
}

export function fanned(
  pipeline: Pipeline,
  state: RunState,
  scope: Scope,
  cursor: Fanned,
  stop: string | null,
): Step {
  const { fan, node } = cursor;
  const stage = pipeline.stages.get(node);
  if (!stage) return null;
  if (fan.joined) return endFan(scope, stage, fan.joined);
  const reserve = stop === null ? reservation(pipeline, state, scope, cursor) : null;
  if (reserve) return { event: reserve };
  const settled = settlement(fan);
  if (settled) return { event: settled };
  const waiting = fan.planned.filter((branch) => !fan.started.has(branch.key));
  for (const branch of waiting) {
    const reason = stop ?? fan.canceled.get(branch.key);
    if (reason !== undefined) return { event: neverStarted(node, fan.visit, branch, reason) };
  }
  const ends = fan.planned.flatMap((branch) => {
    const result = fan.results.get(branch.key);
    return result ? [endOf(result)] : [];
  });
  const rule = {
    join: fan.policy.join as JoinPolicy,
    error: fan.policy.error as ErrorPolicy,
    k: fan.policy.k,
  };
  const verdict = judgeJoin(rule, fan.planned.length, ends);
  if (verdict.decided) return { event: joinedEvent(scope, cursor, verdict, ends) };
  if (verdict.stopRest && stop === null) {
    const rest = fan.planned.filter((b) => !fan.results.has(b.key) && !fan.canceled.has(b.key));
    if (rest.length > 0) return { event: stopRest(rest, verdict.stopRest) };
  }
  const [next] = waiting;
  if (next && stop === null && fan.started.size - fan.results.size < fan.policy.maxParallel) {
    return {
      event: {
        event: "branch_started",
        branch_key: next.key,
        branch_logs_root: branchFolder(next.key),
        node_id: next.start_node,
        fan_node: node,
        fan_visit: fan.visit,
        index: next.index,
      },
    };
  }
  return null;
}

const stopRest = (rest: readonly PlannedBranch[], reason: string): BodyOf<"cancellation_requested"> => ({
  event: "cancellation_requested",
  branches: rest.map((branch) => branch.key),
  reason,
  by: "join policy",
});

const endOf = (result: BranchResult): BranchEnd => ({
  key: result.key,
  status: result.status,
  class: result.cause?.class ?? null,
  reason: result.cause?.reason ?? null,
});

function neverStarted(
  node: string,
  visit: number,
  branch: PlannedBranch,
  reason: string,
): BodyOf<"branch_completed"> {
  return {
    event: "branch_completed",
    branch_key: branch.key,
    branch_logs_root: branchFolder(branch.key),
    fan_node: node,
    fan_visit: visit,
    status: "canceled",
    failure_reason: `never started: ${reason}`,
    failure_class: "canceled",
    result: unfinished(branch, "canceled", "canceled"),
  };
}

function joinedEvent(
  scope: Scope,
  cursor: Fanned,
  verdict: Extract<ReturnType<typeof judgeJoin>, { decided: true }>,
  ends: readonly BranchEnd[],
): BodyOf<"fanout_joined"> {
  const count = (status: string) => ends.filter((end) => end.status === status).length;
  const { fan, node } = cursor;
  return {
    event: "fanout_joined",
    ...at(scope),
    node_id: node,
    visit: fan.visit,
    ...(fan.joinNode === null ? {} : { join_node: fan.joinNode }),
    status: verdict.status,
    ...(verdict.reason === null
      ? {}
      : {
          failure_reason: verdict.reason,
          failure_class: verdict.class ?? "deterministic",
          failure_signature: joinSignature(fan.joinNode ?? node, verdict.class, fan.results),
        }),
    explanation: verdict.explanation,
    counts: {
      total: fan.planned.length,
      success: count("success") + count("partial_success"),
      fail: count("fail"),
      canceled: count("canceled"),
    },
  };
}

/** The same set of branch failures is the same failure of the join, whatever the visit. */
function joinSignature(
  node: string,
  failureClass: string | null,
  results: ReadonlyMap<string, BranchResult>,
): string {
  const causes = [...results.values()]
    .filter((result) => result.cause)
    .sort((a, b) => a.index - b.index)
    .map((result) => `${result.index + 1}:${result.cause?.signature}`);
  return `${node}|${failureClass ?? "deterministic"}|parallel|${causes.join(";")}`.slice(0, 512);
}

/** The fan-out itself did its work once every branch is in; whether that suffices is the fan-in's to say. */
function endFan(scope: Scope, stage: Stage, joined: BodyOf<"fanout_joined">): Step {
  const good = joined.status === "success" || joined.status === "partial_success";
  if (good) return pureEnd(scope, stage, { status: joined.status, notes: joined.explanation });
  if (joined.join_node !== undefined && joined.status === "fail") {
    return pureEnd(scope, stage, { status: "partial_success", notes: joined.explanation });
  }
  return failedJoin(scope, stage, joined);
}

/** On to where the branches meet; without such a place, to the exit that they left by. */
export function afterFan(pipeline: Pipeline, scope: Scope, ended: Ended): Step {
  const fan = scope.lastFan;
  const to = fan?.joinNode ?? exitOf(pipeline, fan?.results ?? []);
  if (to === null) {
    const reason = `the branches of ${ended.node} meet nowhere and reach no exit; lead them to a tripleoctagon node`;
    return {
      over: {
        status: "fail",
        leftBy: "dead_end",
        lastNode: ended.node,
        failure: {
          node: ended.node,
          reason,
          class: "structural",
          signature: `${ended.node}|structural|no-join`,
          cause: null,
        },
      },
    };
  }
  return {
    event: {
      event: "edge_selected",
      ...at(scope),
      from_node: ended.node,
      to_node: to,
      visit: ended.visit,
      reason: "join",
      outcome: ended.status,
    },
  };
}

function exitOf(pipeline: Pipeline, results: readonly BranchResult[]): string | null {
  const left = results.find((result) => result.left_by === "exit" && result.last_node !== undefined);
  return left?.last_node && pipeline.exits.has(left.last_node) ? left.last_node : null;
}
