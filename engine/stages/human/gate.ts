/** An open gate as a question, and an interviewer's answer as what the gate is told. */
import type { GateEffect } from "../../core/effects.ts";
import { optionsOf } from "./accelerator.ts";
import type { Answer, Question } from "./question.ts";

/** `now`: epoch milliseconds, for the time that is left. */
export function gateQuestion({ gate, node }: GateEffect, now: number): Question {
  return {
    text: gate.question,
    type: gate.freeform ? "FREEFORM" : "MULTIPLE_CHOICE",
    options: optionsOf(gate.options.map(({ label }) => label)),
    timeoutMs: Math.max(0, gate.deadline - now),
    stage: node,
    metadata: { gate: gate.id },
  };
}

/** The text to match against the gate; null when nobody answered, which leaves the gate open until its deadline. */
export function gateAnswer(answer: Answer): string | null {
  switch (answer.value) {
    case "OPTION":
      return answer.option.label;
    case "TEXT":
      return answer.text;
    case "YES":
    case "NO":
      return answer.value.toLowerCase();
    case "SKIPPED":
    case "TIMEOUT":
      return null;
  }
}
