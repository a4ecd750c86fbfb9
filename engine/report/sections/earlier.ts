/** How the run had ended before it was resumed. */
import { escapeCell } from "../escape.ts";
import type { EarlierEnd, ReportModel } from "../model.ts";
import { minuteUtc } from "../units.ts";
import { type Forms, MARKS, shorten } from "./shared.ts";

export function earlier({ earlier: ends }: ReportModel): Forms {
  return ends.length === 0 ? [""] : [["**Earlier in this run**", ...ends.map(line)].join("\n")];
}

const line = ({ at, status, sentence, resumedBy }: EarlierEnd): string =>
  `- ${MARKS[status]} ${escapeCell(minuteUtc(at))}: ${escapeCell(shorten(sentence, 300))}; resumed by ${escapeCell(resumedBy)}`;
