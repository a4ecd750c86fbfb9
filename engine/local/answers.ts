/** Who answers a gate here: what the command line brought, then a person, until the deadline. */
import { answerEvent, expiredAnswer, matchAnswer } from "../core/decide/gate.ts";
import type { GateEffect } from "../core/effects.ts";
import type { BodyOf, EventBody } from "../core/events.ts";
import type { Gate } from "../core/state.ts";
import type { Clock } from "../drive/clock.ts";
import type { RunLog } from "../drive/log.ts";

export interface Given {
  readonly text: string;
  readonly by: string;
  readonly source: BodyOf<"human_gate_answered">["source"];
}

/** Asks once; null when there is nobody to ask. `problem` says why the last answer was not taken. */
export type AskPerson = (gate: Gate, node: string, signal: AbortSignal, problem: string | null) => Promise<Given | null>;

export interface AnswerPorts {
  readonly log: RunLog;
  readonly clock: Clock;
  /** Node id to labels, taken in order, one per visit. */
  readonly prepared: Map<string, string[]>;
  readonly ask: AskPerson | null;
}

export function answerer(ports: AnswerPorts) {
  return async (effect: GateEffect, signal: AbortSignal): Promise<EventBody | null> => {
    const scope = ports.log.state.scopes.get(effect.scope);
    if (!scope) return null;
    const { gate } = effect;
    const over = new AbortController();
    const both = AbortSignal.any([signal, over.signal]);
    const deadline = ports.clock.sleep(gate.deadline - ports.clock.now(), both).then(() => "deadline" as const);
    try {
      let problem: string | null = null;
      for (;;) {
        const given = await Promise.race([next(ports, effect, both, problem), deadline]);
        if (given === "deadline") return signal.aborted ? null : expiredAnswer(scope, gate);
        if (given === null) return null;
        const matched = matchAnswer(gate, given.text);
        if (matched.ok) return answerEvent(scope, gate, matched, { by: given.by, source: given.source });
        problem = matched.message;
        if (given.source === "command") throw new UnmatchedAnswerError(matched.message);
      }
    } finally {
      over.abort();
    }
  };
}

/** An answer given ahead that no choice takes: nobody is there to ask again. */
export class UnmatchedAnswerError extends Error {
  override readonly name = "UnmatchedAnswerError";
  readonly mend = "give --answer NODE=LABEL with one of the choices";
}

async function next(
  ports: AnswerPorts,
  effect: GateEffect,
  signal: AbortSignal,
  problem: string | null,
): Promise<Given | null> {
  const prepared = ports.prepared.get(effect.node)?.shift();
  if (prepared !== undefined) return { text: prepared, by: "command line", source: "command" };
  return ports.ask ? ports.ask(effect.gate, effect.node, signal, problem) : null;
}
