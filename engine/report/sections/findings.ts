/** What the diagnosis found. */
import { escapeCell, inlineCode } from "../escape.ts";
import type { ReportModel } from "../model.ts";
import { plural } from "../units.ts";
import { type Forms, shorten } from "./shared.ts";

export function findings({ findings: rows }: ReportModel): Forms {
  if (rows.length === 0) return [""];
  const form = (shown: number): string =>
    [
      "**Findings**",
      ...rows.slice(0, shown).map(({ code, severity, title, evidence, advice }) => {
        const mark = severity === "error" ? "❗" : severity === "warning" ? "⚠️" : "ℹ️";
        const about = [title, evidence, advice].map((words) => escapeCell(shorten(words, 600)));
        return `- ${mark} ${inlineCode(code)} **${about[0]}**: ${about[1]}. ${about[2]}`;
      }),
      ...(rows.length > shown ? [`- … and ${plural(rows.length - shown, "more finding")}`] : []),
    ].join("\n");
  return [form(30), form(5)];
}
