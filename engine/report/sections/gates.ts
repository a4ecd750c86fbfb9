/** What waits for a person. */
import { escapeCell, inlineCode } from "../escape.ts";
import type { GateRow, RunReport } from "../model.ts";
import { truncateText } from "../truncate.ts";
import type { Forms } from "./shared.ts";

export function gates({ gates: waiting }: RunReport): Forms {
  if (waiting.length === 0) return [""];
  return [["**Waiting for a person**", ...waiting.map(gateLine)].join("\n\n")];
}

function gateLine({ id, question, choices, deadline, defaultChoice }: GateRow): string {
  const answers = choices.map((choice) => inlineCode(choice)).join(", ");
  const then = defaultChoice === null ? "the gate fails" : `${inlineCode(defaultChoice)} is taken`;
  const until = deadline === null ? "" : ` Until ${escapeCell(deadline)}, then ${then}.`;
  return `✋ ${inlineCode(id)} ${escapeCell(truncateText(question, 1000))}\n\nAnswers: ${answers === "" ? "free text" : answers}.${until}`;
}
