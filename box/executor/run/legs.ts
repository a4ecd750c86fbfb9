/** One leg from its turn to its end: its group, then a runner or the workflow it calls. */
import { record } from "../expressions/data.ts";
import { scopeOf } from "../expressions/evaluate.ts";
import { messageOf, render, renderBoolean, renderString } from "../expressions/template.ts";
import { callInputs } from "../workflow/inputs.ts";
import type { CallJob } from "../workflow/model.ts";
import type { GroupRequest, Member } from "./concurrency.ts";
import { groupRequest } from "./concurrency-setting.ts";
import { jobContexts, jobsContext } from "./contexts.ts";
import { cancelLeg, endAtOnce, endLeg, keep } from "./end-leg.ts";
import { enqueue, type SteppedLeg } from "./launch.ts";
import type { Engine, LegState } from "./model.ts";
import { keptRecord, staleOutputs } from "./rerun.ts";
import { openScope } from "./scope.ts";
import { resultOf } from "./status.ts";

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
  endLeg(engine, leg, result, outputs);
}
