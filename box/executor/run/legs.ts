/** One leg from its turn to its end: its group, then a runner or the workflow it calls. */
import type { JobRecord } from "../../actions/port.ts";
import { record } from "../expressions/data.ts";
import { scopeOf } from "../expressions/evaluate.ts";
import { messageOf, render, renderBoolean, renderString } from "../expressions/template.ts";
import type { JobOutcome } from "../job/control.ts";
import { callInputs } from "../workflow/inputs.ts";
import type { CallJob } from "../workflow/model.ts";
import { cancelLeg } from "./cancel.ts";
import type { GroupRequest, Member } from "./concurrency.ts";
import { groupRequest } from "./concurrency-setting.ts";
import { jobContexts, jobsContext } from "./contexts.ts";
import { addRecord, enqueue, type SteppedLeg } from "./launch.ts";
import type { Engine, LegState, Result } from "./model.ts";
import { keptRecord, staleOutputs } from "./rerun.ts";
import { openScope } from "./scope.ts";
import { resultOf } from "./status.ts";

/** UTF-16 code units: GitHub counts two bytes for each character of an output. */
const MAX_JOB_OUTPUT_UNITS = 512 * 1024;
const MAX_RUN_OUTPUT_UNITS = 25 * 1024 * 1024;

const scopeOfLeg = (engine: Engine, leg: LegState) =>
  scopeOf(jobContexts(engine.github, engine.run.repository.variables, leg.node, leg));

export function startLeg(engine: Engine, leg: LegState): void {
  const { definition } = leg.node;
  if (definition.kind === "steps") {
    const kept = keptRecord(engine, leg.node, leg.key);
    if (kept !== undefined) {
      keep(engine, leg, kept);
      return;
    }
    leg.node.ran = true;
    for (const [name, value] of Object.entries(staleOutputs(engine, leg.key)))
      leg.node.outputs.set(name, value);
  }
  leg.status = "pending";
  try {
    if (definition.kind === "steps" && definition.continueOnError !== undefined) {
      leg.forgiven = renderBoolean(definition.continueOnError, scopeOfLeg(engine, leg));
    }
    const { concurrency } = definition;
    if (concurrency === undefined) proceed(engine, leg);
    else
      joinGroup(engine, leg, groupRequest(concurrency, scopeOfLeg(engine, leg)), () => proceed(engine, leg));
  } catch (error) {
    endAtOnce(engine, leg, "failure", messageOf(error));
  }
}

function proceed(engine: Engine, leg: LegState): void {
  if (leg.status === "done") return;
  try {
    if (leg.node.definition.kind === "steps") enqueue(engine, leg as SteppedLeg);
    else openCall(engine, leg, leg.node.definition);
  } catch (error) {
    endAtOnce(engine, leg, "failure", messageOf(error));
  }
}

function joinGroup(engine: Engine, leg: LegState, request: GroupRequest, acquired: () => void): void {
  const member: Member = {
    name: leg.name,
    ancestors: [...leg.members, ...ancestors(engine, leg)],
    acquired: () =>
      queueMicrotask(() => {
        acquired();
        engine.advance();
      }),
    evicted: (message) =>
      queueMicrotask(() => {
        cancelLeg(engine, leg, message);
        engine.advance();
      }),
  };
  leg.members.push(member);
  engine.groups.join(engine.run.repository.fullName, request, member);
}

function ancestors(engine: Engine, leg: LegState): readonly Member[] {
  const { caller } = leg.node.scope();
  return caller === undefined ? engine.state.members : [...caller.members, ...ancestors(engine, caller)];
}

/** A called workflow may have a group of its own, then its jobs start like those of the run. */
function openCall(engine: Engine, leg: LegState, definition: CallJob): void {
  const scope = leg.node.scope();
  const loaded = scope.loaded.calls.get(definition.id);
  const call = loaded?.workflow.call;
  if (loaded === undefined || call === undefined) throw new Error(`${definition.uses} was not loaded`);
  const contexts = jobContexts(engine.github, engine.run.repository.variables, leg.node, leg);
  const passed = new Map(
    Object.entries(
      definition.with === undefined ? {} : (render(definition.with, scopeOf(contexts)) as object),
    ),
  );
  const inputs = callInputs(call.inputs, passed, scopeOf({ ...contexts, inputs: record() }));
  const secrets =
    definition.secrets === "inherit"
      ? scope.secrets
      : new Map(
          [...definition.secrets].map(([name, token]) => [
            name,
            renderString(token, scopeOf({ ...contexts, secrets: record(scope.secrets) })),
          ]),
        );
  const open = () => {
    if (leg.status === "done") return;
    leg.status = "running";
    leg.started = true;
    leg.called = openScope(loaded, inputs, secrets, leg);
  };
  const { concurrency } = loaded.workflow;
  if (concurrency === undefined) open();
  else {
    const inner = scopeOf({ github: engine.github, inputs, vars: record(engine.run.repository.variables) });
    joinGroup(engine, leg, groupRequest(concurrency, inner), open);
  }
}

export function finishCall(engine: Engine, leg: LegState, called: NonNullable<LegState["called"]>): void {
  const nodes = [...called.nodes.values()];
  const result = resultOf(nodes.flatMap(({ legs }) => legs));
  leg.node.ran = leg.node.ran || nodes.some(({ ran }) => ran);
  const outputs = new Map<string, string>();
  const scope = scopeOf({
    github: engine.github,
    jobs: jobsContext(called),
    inputs: called.inputs,
    vars: record(engine.run.repository.variables),
  });
  for (const [name, token] of called.loaded.workflow.call?.outputs ?? []) {
    const value = renderString(token, scope);
    if (value !== "") outputs.set(name, value);
  }
  end(engine, leg, result, outputs);
}

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
  end(engine, leg, result, outputs);
  if (result === "failure" && !leg.forgiven && leg.node.failFast) {
    for (const other of leg.node.legs) {
      if (other !== leg) {
        cancelLeg(engine, other, `The strategy configuration was canceled because "${leg.name}" failed`);
      }
    }
  }
}

function end(engine: Engine, leg: LegState, result: Result, outputs: ReadonlyMap<string, string>): void {
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
  end(engine, leg, result, new Map());
}

export function tell(engine: Engine, leg: LegState, message: string): void {
  if (leg.record === undefined) return;
  engine.actions.annotate(leg.record.id, [
    { path: ".github", startLine: 1, endLine: 1, level: "failure", message },
  ]);
}

function keep(engine: Engine, leg: LegState, before: JobRecord): void {
  leg.record = engine.actions.keepJob(engine.run.id, before.id);
  leg.started = true;
  end(
    engine,
    leg,
    before.conclusion === "skipped" ? "skipped" : "success",
    new Map(Object.entries(before.outputs)),
  );
}
