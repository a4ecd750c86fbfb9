/** Only people can go on with it: keep questions bound to the head that is there now, remind once, and name when to look again. */
import type { GateEffect, PauseEffect } from "../../engine/core/effects.ts";
import type { BodyOf } from "../../engine/core/events.ts";
import { REMINDED, reminderText } from "./questions.ts";
import type { Round, Turn } from "./turn.ts";

/** A question that lives shorter than this is not worth a second notification. */
const WORTH_A_REMINDER_MS = 3_600_000;

/** What goes on when a person answers, or resumes the run that a provider stopped. */
export type Rest = GateEffect | PauseEffect;

export const deadlineOf = (effect: Rest): number =>
  effect.kind === "gate" ? effect.gate.deadline : effect.pause.deadline;

export async function waitForAnswers(turn: Turn, rests: readonly Rest[]): Promise<Round> {
  const { log, ports } = turn;
  const gates = rests.filter((effect) => effect.kind === "gate");
  const head = await headNow(turn);
  for (const { gate, scope, node } of gates) {
    if (head === null || head === askedAbout(turn, gate.headSha)) continue;
    // The code changed under the question: it is void and asked again, within the time that it had (R-GH-7).
    log.push({
      event: "human_gate_waiting",
      ...(scope === "" ? {} : { branch_key: scope }),
      node_id: node,
      visit: gate.visit,
      gate: gate.id,
      question: gate.question,
      options: [...gate.options],
      freeform: gate.freeform,
      timeout_ms: Math.max(0, gate.deadline - ports.clock.now()),
      ...(gate.defaultChoice === null ? {} : { default_choice: gate.defaultChoice }),
      head_sha: head,
    });
  }
  const due = gates.filter((one) => reminderAt(turn, one) <= ports.clock.now());
  for (const { gate } of due) {
    log.push({ event: "warning", code: REMINDED, message: reminderText(gate.id) });
  }
  await log.flush();
  for (const one of due) await ports.remind?.(log.state, one);
  await ports.ensureSweeps?.();
  const times = [...rests.map(deadlineOf), ...gates.map((one) => reminderAt(turn, one))];
  return { done: { status: "waiting", state: log.state, lookAgainAt: Math.min(...times) } };
}

/** A new question, bound to the head of this moment. */
export async function bound(turn: Turn, event: BodyOf<"human_gate_waiting">) {
  const head = await headNow(turn);
  return head === null ? event : { ...event, head_sha: head };
}

const headNow = async ({ ports, started }: Turn): Promise<string | null> =>
  (await ports.head?.(started)) ?? null;

/** A branch asks from its job, which knows no pull request: its question is about the head that the run began with. */
const askedAbout = ({ started }: Turn, headSha: string | null): string | null =>
  headSha ?? started.github?.head_sha ?? null;

function reminderAt({ questions, log, ports }: Turn, { gate }: GateEffect): number {
  if (ports.remind === undefined) return Number.POSITIVE_INFINITY;
  const asked = questions.firstAsked.get(gate.id) ?? log.state.now;
  const whole = gate.deadline - asked;
  if (whole < WORTH_A_REMINDER_MS || questions.reminded.has(reminderText(gate.id)))
    return Number.POSITIVE_INFINITY;
  return asked + whole / 2;
}
