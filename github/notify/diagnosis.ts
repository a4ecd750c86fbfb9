/** What `/attractor diagnose` answers: how the run ended and what its log shows, as one comment. */
import type { RunState } from "../../engine/core/state.ts";
import { findingsOf } from "../../engine/diagnose/findings-of.ts";
import { redactDeep } from "../../engine/redact/redact.ts";
import { codeBlock, escapeCell, inlineCode } from "../../engine/report/escape.ts";
import { truncateMarkdown } from "../../engine/report/truncate.ts";

const MOST_CHARS = 20_000;
const MOST_REASON = 2_000;

export function diagnosis(
  state: RunState,
  events: Iterable<unknown>,
  redact: (text: string) => string,
): string {
  const findings = redactDeep(findingsOf(events), redact);
  const { ended } = state;
  const end =
    ended?.event === "run_failed"
      ? `Run ${inlineCode(state.runId)} failed at ${inlineCode(ended.failed_node ?? "the run")} (${ended.failure_class}):\n\n${codeBlock(redact(ended.failure_reason).slice(0, MOST_REASON), "text")}`
      : `Run ${inlineCode(state.runId)} ${ended ? `ended ${ended.status}` : "is going on"}.`;
  const found =
    findings.length === 0
      ? `The log shows nothing ${ended?.event === "run_failed" ? "else that is " : ""}unusual.`
      : findings
          .map(
            ({ code, title, evidence, advice }) =>
              `- ${inlineCode(code)} **${escapeCell(title)}**: ${escapeCell(evidence.slice(0, 600))}. ${escapeCell(advice)}`,
          )
          .join("\n");
  return truncateMarkdown(`${end}\n\n${found}`, MOST_CHARS);
}
