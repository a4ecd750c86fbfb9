/** What to do now: what the cause asks for, then what to type. */
import { codeBlock, escapeCell } from "../escape.ts";
import type { ReportModel } from "../model.ts";
import { shorten } from "./shared.ts";

const MOST = 5;

/** Never cut: a person who reads nothing else must know how to go on. */
export function next({ next: steps, story }: ReportModel): string {
  const told = steps
    .slice(0, MOST)
    .map((step) => `${escapeCell(shorten(step.why, 300))}\n\n${codeBlock(shorten(step.command, 1000))}`);
  if (told.length === 0 && story === null) return "";
  return ["**What to do now**", ...(story === null ? [] : [escapeCell(story.advice)]), ...told].join("\n\n");
}
