/** The way of a run in which all goes well: the same decisions as in a real run, every stage saying what its edges offer. Pure. */
import { attemptEnd } from "../core/attempt-end.ts";
import { attemptStart } from "../core/attempt-start.ts";
import { answerEvent, expiredAnswer, matchAnswer } from "../core/decide/gate.ts";
import { decide } from "../core/decide.ts";
import { type Effect, type GateEffect, runningAttempts, type StageEffect } from "../core/effects.ts";
import type { EventBody, RunEvent } from "../core/events.ts";
import { fold } from "../core/fold.ts";
import type { JsonValue } from "../core/outcome.ts";
import { emptyState } from "../core/scopes.ts";
import type { RunState } from "../core/state.ts";
import { sayFor } from "../core/way-out.ts";
import type { Pipeline } from "../graph/pipeline.ts";

export interface Walk {
  readonly events: readonly RunEvent[];
  readonly state: RunState;
  /** False: it was given up, and what is counted is only its beginning. */
  readonly ended: boolean;
}

export interface WalkOptions {
  readonly inputs: Readonly<Record<string, string>>;
  /** Context keys that hold the items of fan-outs, which no stage of a walk sets. */
  readonly items: Readonly<Record<string, readonly JsonValue[]>>;
}

/** A walk of more events than this is of no use as an estimate. */
const MOST_EVENTS = 60_000;

export function walkOf(pipeline: Pipeline, { inputs, items }: WalkOptions): Walk {
  const events: RunEvent[] = [];
  let state = emptyState();
  const push = (body: EventBody): void => {
    const seq = events.length + 1;
    const event = { seq, ts: new Date(seq).toISOString(), run_id: "plan", ...body } as RunEvent;
    events.push(event);
    state = fold(pipeline, state, event);
  };
  push(started(pipeline, inputs));
  for (const [key, list] of Object.entries(items)) state.scopes.get("")!.context.set(key, [...list]);
  // Branches go side by side: who began first ends first, and who is no longer wanted is stopped.
  const begun = new Map<string, number>();
  while (events.length < MOST_EVENTS) {
    const { event, effects } = decide(pipeline, state);
    if (event !== null) {
      push(event);
      continue;
    }
    const wanted = new Set(effects.map(({ id }) => id));
    const stopped = runningAttempts(pipeline, state).find(({ id }) => !wanted.has(id));
    const fresh = effects.find(({ id }) => !begun.has(id));
    const [effect] = effects;
    if (stopped !== undefined) push(ended(pipeline, state, stopped, true));
    else if (effect === undefined) return { events, state, ended: state.ended !== null };
    else if (fresh === undefined) push(ended(pipeline, state, oldest(begun, effects), false));
    else if (fresh.kind === "gate") push(answered(state, fresh));
    else if (fresh.kind === "stage") {
      begun.set(fresh.id, begun.size);
      push(attemptStart(pipeline, fresh));
    }
  }
  return { events, state, ended: false };
}

function oldest(begun: ReadonlyMap<string, number>, effects: readonly Effect[]): StageEffect {
  const stages = effects.filter((effect) => effect.kind === "stage");
  return stages.toSorted((a, b) => begun.get(a.id)! - begun.get(b.id)!)[0]!;
}

function ended(pipeline: Pipeline, state: RunState, effect: StageEffect, canceled: boolean): EventBody {
  const context = Object.fromEntries(state.scopes.get(effect.scope)?.context ?? []);
  const { status, ...said } = canceled
    ? { status: "fail" }
    : sayFor(pipeline, effect.node, effect.visit, context);
  return attemptEnd(pipeline, state, effect, {
    outcome: { status, ...said, ...(status === "fail" ? { failure_reason: "as planned" } : {}) },
    evidence: canceled ? { canceled: true } : {},
    durationMs: 0,
  });
}

/** As automatic approval does: the first choice. */
function answered(state: RunState, { scope, gate }: GateEffect): EventBody {
  const at = state.scopes.get(scope)!;
  const [first] = gate.options;
  const matched = first === undefined ? null : matchAnswer(gate, first.label);
  if (matched === null || !matched.ok) return expiredAnswer(at, gate);
  return answerEvent(at, gate, matched, { by: "plan", source: "auto" });
}

const started = (pipeline: Pipeline, inputs: Readonly<Record<string, string>>): EventBody => ({
  event: "run_started",
  schema_version: 1,
  graph: { name: pipeline.name, digest: "plan" },
  goal: pipeline.goal,
  inputs: { ...inputs },
  config_digest: "plan",
  engine_version: "plan",
  coordinator: "local",
});

/** How often each stage is visited on this way. */
export function visitsIn(events: readonly RunEvent[]): ReadonlyMap<string, number> {
  return counted(events, ({ attempt }) => attempt === 1);
}

/** How often each stage is tried on this way. */
export const attemptsIn = (events: readonly RunEvent[]): ReadonlyMap<string, number> =>
  counted(events, () => true);

function counted(
  events: readonly RunEvent[],
  counts: (event: Extract<RunEvent, { event: "stage_attempt_start" }>) => boolean,
): Map<string, number> {
  const found = new Map<string, number>();
  for (const event of events)
    if (event.event === "stage_attempt_start" && counts(event))
      found.set(event.node_id, (found.get(event.node_id) ?? 0) + 1);
  return found;
}
