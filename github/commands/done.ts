/** What a command that was taken leads to: the answer to who gave it. The run's own comment tells the rest. */
import type { EventBody } from "../../engine/core/events.ts";
import type { Gate } from "../../engine/core/state.ts";
import { redactDeep } from "../../engine/redact/redact.ts";
import { escapeCell, inlineCode } from "../../engine/report/escape.ts";
import { sentenceOf } from "../../engine/report/facts.ts";
import { reportOf } from "../../engine/report/from-state.ts";
import type { FoundRun } from "./find.ts";

export type Mask = (text: string) => string;

const sentence = ({ state, pipeline }: FoundRun, mask: Mask): string =>
  escapeCell(sentenceOf(redactDeep(reportOf(state, pipeline, { findings: [], next: [], links: [] }), mask)));

const id = ({ runId }: FoundRun): string => inlineCode(runId);

export const stands = (found: FoundRun, mask: Mask): string => `${sentence(found, mask)} (run ${id(found)}).`;

export const isCanceled = (found: FoundRun): string =>
  `Run ${id(found)} is being canceled: nothing new begins, and what runs is stopped.`;

export const goesOn = (found: FoundRun, mask: Mask): string =>
  found.state.ended === null
    ? `Run ${id(found)} goes on.`
    : `Run ${id(found)} goes on; what succeeded stays done. Before: ${sentence(found, mask)}.`;

export const isAnswered =
  (gate: string, by: string) =>
  (found: FoundRun, mask: Mask, event: EventBody): string => {
    const question = gateCalled(found, gate)?.question;
    const to = question === undefined ? "" : ` to “${escapeCell(mask(question))}”`;
    const said = event.event === "human_gate_answered" ? (event.label ?? event.text ?? "") : "";
    return `${escapeCell(by)} answered ${inlineCode(mask(said))}${to}. ${goesOn(found, mask)}`;
  };

/** The question that waits under that name. */
export function gateCalled({ state }: FoundRun, name: string): Gate | null {
  for (const { cursor } of state.scopes.values()) {
    if (cursor.phase !== "gate" || cursor.gate.answer) continue;
    if (cursor.gate.id === name || cursor.node === name) return cursor.gate;
  }
  return null;
}
