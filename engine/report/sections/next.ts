/** What to type now. */
import { codeBlock, escapeCell } from "../escape.ts";
import type { RunReport } from "../model.ts";
import { shorten } from "./shared.ts";

/** Always the last words: what to type now. */
export function next({ next: steps }: RunReport): string {
  return [
    "**Next**",
    ...steps
      .slice(0, 5)
      .map((step) => `${escapeCell(shorten(step.why, 300))}\n\n${codeBlock(shorten(step.command, 1000))}`),
  ].join("\n\n");
}
