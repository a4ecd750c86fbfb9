/** What should be going on, as data. A driver starts what is missing and stops what is no longer named. */
import type { Pipeline } from "../graph/pipeline.ts";
import { ownsAttempt } from "./pure-stages.ts";
import type { Gate, Pause, RunState, Scope } from "./state.ts";
import { isStopping } from "./stopping.ts";

/** One attempt. The driver appends its start, runs it, appends its end. */
export interface StageEffect {
  readonly kind: "stage";
  /** Names the logical thing, never a log position: doing it twice is noticed (PROTOCOL). */
  readonly id: string;
  readonly scope: string;
  readonly node: string;
  readonly visit: number;
  readonly attempt: number;
  /** Epoch milliseconds before which it must not start; null: at once. */
  readonly notBefore: number | null;
}

/** A question to a person, open until it is answered or its deadline passes. */
export interface GateEffect {
  readonly kind: "gate";
  readonly id: string;
  readonly scope: string;
  readonly node: string;
  readonly gate: Gate;
}

/** A provider that waits to be paid: nothing to do but to wait for whoever resumes the run. */
export interface PauseEffect {
  readonly kind: "pause";
  readonly id: string;
  readonly scope: string;
  readonly node: string;
  readonly pause: Pause;
}

export type Effect = StageEffect | GateEffect | PauseEffect;

/** It goes on when a person does something. */
export const waitsForPerson = (effect: Effect): boolean => effect.kind !== "stage";

export const isWithin = (scope: Scope, focus: string | undefined): boolean =>
  focus === undefined || scope.key === focus || scope.key.startsWith(`${focus}/`);

export function outstanding(pipeline: Pipeline, state: RunState, focus?: string): Effect[] {
  if (state.ended || state.stop) return [];
  const effects: Effect[] = [];
  for (const scope of state.scopes.values()) {
    if (!isWithin(scope, focus) || isStopping(state, scope)) continue;
    const effect = effectOf(pipeline, state, scope);
    if (effect) effects.push(effect);
  }
  return effects;
}

/** Attempts that have started and not ended, whether or not they should go on. */
export function runningAttempts(pipeline: Pipeline, state: RunState): StageEffect[] {
  return [...state.scopes.values()].flatMap((scope) => {
    if (scope.cursor.phase !== "running" || !ownsAttempt(pipeline, scope, scope.cursor.node)) return [];
    return [stageEffect(state, scope, scope.cursor.node, scope.cursor.attempt, null, 0)];
  });
}

function effectOf(pipeline: Pipeline, state: RunState, scope: Scope): Effect | null {
  const { cursor } = scope;
  switch (cursor.phase) {
    case "at":
      return ownsAttempt(pipeline, scope, cursor.node)
        ? stageEffect(state, scope, cursor.node, 1, null, 1)
        : null;
    case "ready":
      return stageEffect(state, scope, cursor.node, cursor.attempt, cursor.notBefore, 0);
    case "running":
      return ownsAttempt(pipeline, scope, cursor.node)
        ? stageEffect(state, scope, cursor.node, cursor.attempt, null, 0)
        : null;
    case "gate":
      return cursor.gate.answer
        ? null
        : {
            kind: "gate",
            id: `${state.runId}/gate/${cursor.gate.id}`,
            scope: scope.key,
            node: cursor.node,
            gate: cursor.gate,
          };
    case "paused":
      return {
        kind: "pause",
        id: `${state.runId}/pause/${scope.key}/${cursor.node}/${cursor.end.visit}/${cursor.attempt}`,
        scope: scope.key,
        node: cursor.node,
        pause: cursor.pause,
      };
    default:
      return null;
  }
}

function stageEffect(
  state: RunState,
  scope: Scope,
  node: string,
  attempt: number,
  notBefore: number | null,
  ahead: 0 | 1,
): StageEffect {
  const visit = (scope.nodes.get(node)?.visits ?? 0) + ahead;
  const id = `${state.runId}/stage/${scope.key === "" ? "trunk" : scope.key}/${node}/${visit}/${attempt}`;
  return { kind: "stage", id, scope: scope.key, node, visit, attempt, notBefore };
}
