/** What waits for a person, and what is to be approved. */
import type { Shown } from "../../core/shown.ts";
import { codeBlock, details, escapeCell, inlineCode } from "../escape.ts";
import type { GateRow, ReportModel } from "../model.ts";
import { truncateText } from "../truncate.ts";
import { minuteUtc, plural } from "../units.ts";
import type { Forms } from "./shared.ts";

const SEEN_CHARS = 1500;
const SEEN_LINES = 20;

export function gates({ gates: waiting }: ReportModel): Forms {
  if (waiting.length === 0) return [""];
  const form = (limit: number): string => waiting.map((gate) => gateText(gate, limit)).join("\n\n");
  return [form(20_000), form(6000), form(1500), form(0)];
}

function gateText({ id, question, choices, deadline, defaultChoice, shows }: GateRow, limit: number): string {
  const answers = choices.map((choice) => inlineCode(choice)).join(", ");
  const then = defaultChoice === null ? "the gate fails" : `${inlineCode(defaultChoice)} is taken`;
  const until = deadline === null ? "" : ` Until ${escapeCell(minuteUtc(deadline))}, then ${then}.`;
  return [
    `✋ **${escapeCell(truncateText(question, 1000))}** ${inlineCode(id)}`,
    `Answers: ${answers === "" ? "free text" : answers}.${until}`,
    ...(limit === 0 ? [] : shows.map((shown) => shownBlock(shown, limit))),
  ].join("\n\n");
}

function shownBlock({ name, kind, text, left }: Shown, limit: number): string {
  const cut = text.slice(0, limit);
  const missing = left + text.length - cut.length;
  const note = missing === 0 ? "" : `\n\n_${plural(missing, "more character")}._`;
  // What is to be approved is seen without a click, as long as the answers stay in sight.
  const short = cut.length <= SEEN_CHARS && cut.split("\n").length <= SEEN_LINES;
  return details(name, `${codeBlock(cut, kind === "diff" ? "diff" : "text")}${note}`, short);
}
