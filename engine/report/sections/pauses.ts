/** What waits for a provider to be paid. */
import { codeBlock, escapeCell, inlineCode } from "../escape.ts";
import type { ReportedPause, ReportModel } from "../model.ts";
import { truncateText } from "../truncate.ts";
import type { Forms } from "./shared.ts";

const NAMED = 20;

export function pauses({ pauses: stopped }: ReportModel): Forms {
  if (stopped.length === 0) return [""];
  const more = stopped.length > NAMED ? [`… and ${stopped.length - NAMED} more`] : [];
  return [
    ["**Paused: a provider asks for money or time**", ...stopped.slice(0, NAMED).map(line), ...more].join(
      "\n\n",
    ),
  ];
}

function line({ id, branchKey, provider, reason, until, deadline }: ReportedPause): string {
  const branch = branchKey === null ? "" : ` in branch ${inlineCode(branchKey)}`;
  const again = until === null ? "" : ` It says that it may be asked again from ${escapeCell(until)}.`;
  return `⏸️ ${inlineCode(id)}${branch}: ${inlineCode(provider)} refused.${again} Without \`resume\` it fails at ${escapeCell(deadline)}.\n\n${codeBlock(truncateText(reason, 1000), "text")}`;
}
