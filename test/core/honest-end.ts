/** The law that no failure ends as success, asked of any log. */
import type { RunEvent } from "../../engine/core/events.ts";

/** They do no work: what they end with is not theirs. */
const STRUCTURAL = new Set(["start", "exit", "conditional", "parallel"]);

/** The last stage on the trunk's path that a run which ended well ended badly; null when there is none. */
export function dishonestEnd(log: readonly RunEvent[]): string | null {
  if (log.at(-1)?.event !== "run_completed") return null;
  const last = log.findLast(
    (event) =>
      event.event === "stage_attempt_end" &&
      (event.branch_key ?? "") === "" &&
      !STRUCTURAL.has(event.handler) &&
      event.passed_on !== true,
  );
  if (last?.event !== "stage_attempt_end" || (last.status !== "fail" && last.status !== "retry")) return null;
  return `the run succeeded though ${last.node_id}, the last stage on its path, ended ${last.status}: ${last.failure_reason}`;
}
