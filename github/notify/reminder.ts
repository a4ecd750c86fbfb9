/** A question that has waited for half of its time: one new comment, because an edited one notifies nobody. */
import type { GateEffect } from "../../engine/core/effects.ts";
import type { RunState } from "../../engine/core/state.ts";
import { escapeCell, inlineCode } from "../../engine/report/escape.ts";

export function reminder(
  state: RunState,
  { gate }: GateEffect,
  now: number,
  redact: (text: string) => string,
): string {
  const left = Math.max(1, Math.round((gate.deadline - now) / 3_600_000));
  const then =
    gate.defaultChoice === null ? "the run fails" : `the answer is ${inlineCode(redact(gate.defaultChoice))}`;
  const choices = gate.options.map(({ label }) =>
    inlineCode(redact(`/attractor choose ${gate.id} ${label}`)),
  );
  return `Run ${inlineCode(state.runId)} still waits for an answer: ${escapeCell(redact(gate.question))}\n\n${choices.join(" · ")}\n\nIn about ${left} h, without one, ${then}.`;
}
