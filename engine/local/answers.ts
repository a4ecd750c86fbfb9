/** Who answers a gate here: what the command line brought, then an interviewer, until the deadline. */

import type { Clock } from "../clock.ts";
import { answerEvent, expiredAnswer, matchAnswer } from "../core/decide/gate.ts";
import type { GateEffect } from "../core/effects.ts";
import type { BodyOf, EventBody } from "../core/events.ts";
import type { Shown } from "../core/shown.ts";
import type { RunLog } from "../drive/log.ts";
import { gateAnswer, gateQuestion } from "../stages/human/gate.ts";
import type { Interviewer } from "../stages/human/question.ts";

export interface AnswerPorts {
  readonly log: RunLog;
  readonly clock: Clock;
  /** Node id to labels, taken in order, one per visit. */
  readonly prepared: ReadonlyMap<string, string[]>;
  /** null: nobody can be asked here, the run waits. */
  readonly interviewer: Interviewer | null;
  /** What the question is about, for who is asked. */
  readonly shows: (effect: GateEffect) => Promise<readonly Shown[]>;
  /** Hears why an answer that was given ahead is not taken. */
  readonly refused: (message: string) => void;
}

interface Given {
  readonly text: string;
  readonly by: string;
  readonly source: BodyOf<"human_gate_answered">["source"];
}

export function answerer(ports: AnswerPorts) {
  return async (effect: GateEffect, signal: AbortSignal): Promise<EventBody | null> => {
    const scope = ports.log.state.scopes.get(effect.scope);
    if (!scope) return null;
    const { gate } = effect;
    for (;;) {
      const given = await next(ports, effect, signal);
      if (signal.aborted) return null;
      if (ports.clock.now() >= gate.deadline) return expiredAnswer(scope, gate);
      if (given === null) return null;
      const matched = matchAnswer(gate, given.text);
      if (matched.ok) return answerEvent(scope, gate, matched, { by: given.by, source: given.source });
      // Given ahead, and nobody is there to ask again: told in the log; the next answer, a person, or the wait decides.
      if (given.source === "command") ports.refused(matched.message);
      else await ports.interviewer?.inform(matched.message, effect.node);
    }
  };
}

async function next(ports: AnswerPorts, effect: GateEffect, signal: AbortSignal): Promise<Given | null> {
  const prepared = ports.prepared.get(effect.node)?.shift();
  if (prepared !== undefined) return { text: prepared, by: "command line", source: "command" };
  const { interviewer } = ports;
  if (!interviewer) return null;
  const shows = await ports.shows(effect);
  const question = { ...gateQuestion(effect, ports.clock.now()), ...(shows.length > 0 ? { shows } : {}) };
  const answer = await interviewer.ask(question, signal);
  const text = gateAnswer(answer);
  if (text === null) return null;
  const source = interviewer.automatic
    ? "auto"
    : interviewer.name.includes("console")
      ? "console"
      : "callback";
  return { text, by: interviewer.name, source };
}
