/** How a leg ends: by its runner's word, at once because no runner saw it, or by a cancel; and what that means for its siblings. */
import type { JobRecord, Permissions } from "../../actions/port.ts";
import type { JobOutcome, Result } from "../job/control.ts";
import { defaultPermissions, readOnly } from "../workflow/permissions.ts";
import { type Engine, type LegState, legsOf } from "./model.ts";
import { keptRecord } from "./rerun.ts";

/** UTF-16 code units: GitHub counts two bytes for each character of an output. */
const MAX_JOB_OUTPUT_UNITS = 512 * 1024;
const MAX_RUN_OUTPUT_UNITS = 25 * 1024 * 1024;

export const KILL_AFTER_MS = 5 * 60_000;

export const permissionsOf = (engine: Engine, leg: LegState): Permissions => {
  const asked = leg.node.scope().loaded.asked.get(leg.node.definition.id);
  const granted = asked ?? defaultPermissions(engine.run.repository.defaultWorkflowPermissions);
  return engine.run.fromFork ? readOnly(granted) : granted;
};

export const addRecord = (
  engine: Engine,
  leg: LegState,
  labels: readonly string[],
  status: "queued" | "waiting" = "queued",
): JobRecord =>
  engine.actions.addJob(engine.run.id, {
    key: leg.key,
    name: leg.name,
    labels,
    permissions: permissionsOf(engine, leg),
    status,
  });

/** A job's end as its runner, or the server in its place, reports it. */
export function finishLeg(
  engine: Engine,
  leg: LegState,
  outcome: JobOutcome & { readonly tokensLiveOn?: boolean },
): void {
  if (leg.status === "done") return;
  const units = [...outcome.outputs].reduce((sum, [name, value]) => sum + name.length + value.length, 0);
  engine.state.outputUnits += units;
  const tooMuch = units > MAX_JOB_OUTPUT_UNITS || engine.state.outputUnits > MAX_RUN_OUTPUT_UNITS;
  const outputs = tooMuch ? new Map<string, string>() : outcome.outputs;
  const result = tooMuch && outcome.result === "success" ? "failure" : outcome.result;
  if (leg.record !== undefined) {
    if (tooMuch)
      tell(engine, leg, "The job's outputs are larger than 1 MB (50 MB for the run) and were dropped.");
    engine.actions.completeJob(leg.record.id, {
      conclusion: result,
      outputs: Object.fromEntries(outputs),
      tokensLiveOn: outcome.tokensLiveOn === true,
    });
  }
  endLeg(engine, leg, result, outputs);
  if (result === "failure" && !leg.forgiven && leg.node.failFast) {
    for (const other of leg.node.legs) {
      if (other !== leg) {
        cancelLeg(engine, other, `The strategy configuration was canceled because "${leg.name}" failed`);
      }
    }
  }
}

export function endLeg(
  engine: Engine,
  leg: LegState,
  result: Result,
  outputs: ReadonlyMap<string, string>,
): void {
  leg.status = "done";
  leg.result = result;
  for (const withdraw of leg.pendingWork) withdraw();
  leg.pendingWork.clear();
  if (leg.runner !== undefined) engine.runners.release(leg.runner);
  leg.runner = undefined;
  for (const member of leg.members) engine.groups.leave(member);
  for (const [name, value] of outputs) leg.node.outputs.set(name, value);
}

/** Ends a leg that no runner saw; it is on record all the same, unless it only calls a workflow. */
export function endAtOnce(engine: Engine, leg: LegState, result: Result, message?: string): void {
  if (leg.status === "done") return;
  const before = result === "skipped" ? keptRecord(engine, leg.node, leg.key) : undefined;
  if (before?.conclusion === "skipped") {
    engine.actions.keepJob(engine.run.id, before.id);
  } else {
    leg.record ??= addRecord(engine, leg, []);
    if (message !== undefined) tell(engine, leg, message);
    engine.actions.completeJob(leg.record.id, { conclusion: result });
  }
  endLeg(engine, leg, result, new Map());
}

export function tell(engine: Engine, leg: LegState, message: string): void {
  if (leg.record === undefined) return;
  engine.actions.annotate(leg.record.id, [
    { path: ".github", startLine: 1, endLine: 1, level: "failure", message },
  ]);
}

export function keep(engine: Engine, leg: LegState, before: JobRecord): void {
  leg.record = engine.actions.keepJob(engine.run.id, before.id);
  leg.started = true;
  endLeg(
    engine,
    leg,
    before.conclusion === "skipped" ? "skipped" : "success",
    new Map(Object.entries(before.outputs)),
  );
}

/** What holds the leg ends it, whatever its `if` says: a sibling failed, its time is over, its group is taken. */
export function cancelLeg(engine: Engine, leg: LegState, message?: string): void {
  if (leg.status === "done" || leg.cancelled) return;
  leg.cancelled = true;
  if (leg.called !== undefined) {
    for (const inner of legsOf(leg.called)) cancelLeg(engine, inner, message);
    return;
  }
  if (leg.status !== "running") {
    endAtOnce(engine, leg, "cancelled", message);
    return;
  }
  if (message !== undefined) tell(engine, leg, message);
  leg.control?.cancel();
  leg.pendingWork.add(engine.actions.clock.after(KILL_AFTER_MS, () => killLeg(engine, leg)));
}

function killLeg(engine: Engine, leg: LegState): void {
  leg.control?.kill();
  finishLeg(engine, leg, { result: "cancelled", outputs: new Map() });
  engine.advance();
}
