/** What to do now: what the cause asks for, then what to type. */
import { codeBlock, escapeCell } from "../escape.ts";
import type { NextStep, ReportModel } from "../model.ts";
import { capitalized, safeUrl, shorten } from "./shared.ts";

const MOST = 5;

/** Never cut: a person who reads nothing else must know how to go on. */
export function next({ next: steps, story }: ReportModel): string {
  // Answers to one question have one caption.
  const told = steps
    .slice(0, MOST)
    .flatMap((step, at) => [
      ...(at > 0 && steps[at - 1]?.why === step.why ? [] : [caption(step)]),
      codeBlock(shorten(step.command, 1000)),
    ]);
  if (told.length === 0 && story === null) return "";
  return ["**What to do now**", ...(story === null ? [] : [escapeCell(story.advice)]), ...told].join("\n\n");
}

function caption({ why, url }: NextStep): string {
  const words = escapeCell(capitalized(shorten(why, 300)));
  return url !== undefined && safeUrl(url) ? `[${words}](<${url}>), or:` : `${words}:`;
}
