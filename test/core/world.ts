/** Runs a graph through decide and fold in virtual time with scripted outcomes: what drivers do, without effects. */

import { attemptEnd } from "../../engine/core/attempt-end.ts";
import { answerEvent, expiredAnswer, matchAnswer } from "../../engine/core/decide/gate.ts";
import { decide } from "../../engine/core/decide.ts";
import type { Effect, StageEffect } from "../../engine/core/effects.ts";
import { type EventBody, parseEvent, type RunEvent } from "../../engine/core/events.ts";
import { fold } from "../../engine/core/fold.ts";
import type { AttemptResult, Outcome } from "../../engine/core/outcome.ts";
import { emptyState } from "../../engine/core/scopes.ts";
import type { RunState } from "../../engine/core/state.ts";
import type { Pipeline } from "../../engine/graph/pipeline.ts";
import { prepare } from "../../engine/graph/prepare.ts";

export type Said = Partial<Outcome> & {
  status: string;
  evidence?: AttemptResult["evidence"];
  usage?: AttemptResult["usage"];
  commit?: string;
  ms?: number;
};

export function pipelineOf(dot: string): Pipeline {
  const { pipeline, diagnostics } = prepare(dot);
  if (!pipeline) throw new Error(`graph: ${diagnostics.map((d) => `${d.rule}: ${d.message}`).join("; ")}`);
  return pipeline;
}

export interface World {
  readonly pipeline: Pipeline;
  readonly state: RunState;
  readonly log: RunEvent[];
  append(event: EventBody): void;
  /** Folds decisions until only effects are left. */
  settle(): readonly Effect[];
}

export function world(
  pipeline: Pipeline,
  started: Partial<Extract<EventBody, { event: "run_started" }>> = {},
): World {
  const w = resumeWorld(pipeline, []);
  w.append({
    event: "run_started",
    schema_version: 1,
    graph: { name: pipeline.name, digest: "test" },
    goal: pipeline.goal,
    inputs: {},
    config_digest: "test",
    engine_version: "0.0.0",
    coordinator: "local",
    ...started,
  });
  return w;
}

export function resumeWorld(pipeline: Pipeline, log: readonly RunEvent[]): World {
  let state = emptyState();
  const lines: RunEvent[] = [];
  for (const line of log) {
    state = fold(pipeline, state, line);
    lines.push(line);
  }
  const append = (event: EventBody) => {
    const line = parseEvent(
      JSON.parse(
        JSON.stringify({
          seq: lines.length + 1,
          ts: new Date(1_700_000_000_000 + lines.length * 10 + clock).toISOString(),
          run_id: "r1",
          ...event,
        }),
      ),
    );
    lines.push(line);
    state = fold(pipeline, state, line);
  };
  const clock = 0;
  return {
    pipeline,
    get state() {
      return state;
    },
    log: lines,
    append,
    settle() {
      for (;;) {
        const { event, effects } = decide(pipeline, state);
        if (!event) return effects;
        append(event);
        if (lines.length > 200_000) throw new Error("the run does not end");
      }
    },
  };
}

export function start(w: World, effect: StageEffect): void {
  const stage = w.pipeline.stages.get(effect.node);
  w.append({
    event: "stage_attempt_start",
    ...(effect.scope === "" ? {} : { branch_key: effect.scope }),
    node_id: effect.node,
    visit: effect.visit,
    attempt: effect.attempt,
    max: (stage?.maxRetries ?? 0) + 1,
    handler: stage?.handler ?? "agent",
  });
}

export function finish(w: World, effect: StageEffect, said: Said): void {
  const { evidence, usage, commit, ms, ...outcome } = said;
  w.append(
    attemptEnd(w.pipeline, w.state, effect, {
      outcome,
      evidence: evidence ?? {},
      durationMs: ms ?? 5,
      ...(usage ? { usage } : {}),
      ...(commit ? { commit } : {}),
    }),
  );
}

export interface Play {
  /** Node id to what it says per execution; the last repeats. A missing node succeeds. */
  readonly outcomes?: Readonly<Record<string, readonly (Said | string)[]>>;
  readonly answers?: Readonly<Record<string, string>>;
  readonly maxSteps?: number;
  readonly onEffect?: (w: World, effect: StageEffect) => void;
}

/** One effect at a time, in the order decide names them. */
export function play(w: World, script: Play = {}): World {
  const counts = new Map<string, number>();
  for (let step = 0; step < (script.maxSteps ?? 20_000); step++) {
    const effects = w.settle();
    const [effect] = effects.filter((e) => e.kind === "stage");
    if (effect?.kind === "stage") {
      script.onEffect?.(w, effect);
      if (w.state.stop) continue;
      const nth = counts.get(effect.node) ?? 0;
      counts.set(effect.node, nth + 1);
      const said = script.outcomes?.[effect.node];
      start(w, effect);
      finish(w, effect, normal(said ? (said[Math.min(nth, said.length - 1)] ?? "success") : "success"));
      continue;
    }
    const [gate] = effects;
    if (gate?.kind !== "gate") return w;
    const scope = w.state.scopes.get(gate.scope);
    if (!scope) return w;
    const given = script.answers?.[gate.node];
    if (given === undefined) return w;
    const matched = given === "TIMEOUT" ? null : matchAnswer(gate.gate, given);
    if (matched && !matched.ok) throw new Error(matched.message);
    w.append(
      matched === null
        ? expiredAnswer(scope, gate.gate)
        : answerEvent(scope, gate.gate, matched, { by: "tester", source: "callback" }),
    );
  }
  throw new Error("the run does not end");
}

const normal = (said: Said | string): Said =>
  typeof said !== "string"
    ? said
    : said.startsWith("fail:")
      ? { status: "fail", failure_reason: said.slice(5).trim() }
      : { status: said };

export function run(dot: string, script: Play = {}): World {
  return play(world(pipelineOf(dot)), script);
}

export const named = <N extends EventBody["event"]>(w: World, name: N): Extract<RunEvent, { event: N }>[] =>
  w.log.filter((line): line is Extract<RunEvent, { event: N }> => line.event === name);

export const route = (w: World): string[] =>
  named(w, "edge_selected").map((e) => `${e.from_node}>${e.to_node}`);
export const ended = (w: World) => w.state.ended;
export const ran = (w: World, node: string): number =>
  named(w, "stage_attempt_start").filter((e) => e.node_id === node).length;
