/** The few numbers and words of the first lines, the same in every form. What is zero or unknown to all is left out. */
import { costsSomething, costWords } from "./columns.ts";
import type { BranchRow, ReportModel } from "./model.ts";
import { named } from "./story-of.ts";
import { countText, durationText, plural } from "./units.ts";

const NAMED = 3;
/** Shorter waiting is the program's own business. */
const WORTH_MS = 1000;

/** What the run is doing or how it ended, as one sentence without marks. */
export function sentenceOf(report: ReportModel): string {
  const { graph, story, gates, current, failedBranches } = report;
  switch (report.status) {
    case "fail":
      return story?.sentence ?? `${graph} failed`;
    case "waiting":
      return gates.length === 1
        ? `${graph} asks: ${gates[0]!.question}`
        : `${graph} asks ${gates.length} questions`;
    case "paused":
      return `${graph} is paused: ${report.pauses[0]?.provider ?? "a provider"} asks for money or time`;
    case "running": {
      const now = current.filter((row) => row.phase !== "fan_out").map((row) => doing(row));
      const more = now.length > NAMED ? ` and ${now.length - NAMED} more` : "";
      return now.length === 0
        ? `${graph} is running`
        : `${graph} is running: ${now.slice(0, NAMED).join(", ")}${more}`;
    }
    case "success":
      return `${graph} succeeded${failedBranches.length === 0 ? "" : ` without ${plural(failedBranches.length, "branch", "branches")} that failed`}`;
    case "canceled":
      return `${graph} was canceled`;
  }
}

function doing({ label, branch, phase }: ReportModel["current"][number]): string {
  const where = branch === null || branch === label ? "" : ` (${branch})`;
  const what =
    phase === "retry_wait"
      ? " waits for its next attempt"
      : phase === "waiting"
        ? " waits"
        : phase === "paused"
          ? " is paused"
          : "";
  return `${named(label)}${where}${what}`;
}

export function factsOf(report: ReportModel): string[] {
  const { totals, ledger } = report;
  const ended = report.status === "fail" || report.status === "success" || report.status === "canceled";
  const took = report.durationMs === null ? "" : `${ended ? "" : "for "}${durationText(report.durationMs)}`;
  return [
    took,
    plural(totals.attempts, "attempt"),
    totals.tokens ? `${countText(totals.tokens)} tokens` : "",
    costsSomething(totals) ? costWords(totals) : "",
    ledger && ledger.personMs >= WORTH_MS ? `${durationText(ledger.personMs)} waiting for people` : "",
    ledger && ledger.retryMs >= WORTH_MS ? `${durationText(ledger.retryMs)} waiting for retries` : "",
    ledger && ledger.queuedMs >= WORTH_MS ? `${durationText(ledger.queuedMs)} queued` : "",
    ledger?.runnerMinutes ? plural(ledger.runnerMinutes, "runner minute") : "",
  ].filter((fact) => fact !== "");
}

const WORDS = [
  ["success", "succeeded"],
  ["fail", "failed"],
  ["canceled", "canceled"],
  ["skipped", "skipped"],
  ["running", "running"],
  ["waiting", "waiting"],
  ["pending", "not begun"],
] as const;

/** `2 of 4 succeeded, 1 failed, 1 not begun`: every branch is counted once, as it stands. */
export function branchCounts(rows: readonly BranchRow[]): string {
  const parts = WORDS.flatMap(([state, words]) => {
    const amount = rows.filter((row) => row.state === state).length;
    return amount === 0
      ? []
      : [`${countText(amount)}${state === "success" ? ` of ${countText(rows.length)}` : ""} ${words}`];
  });
  const all = rows.every((row) => row.state === "success");
  const some = rows.some((row) => row.state === "success");
  return all || some ? parts.join(", ") : `${parts.join(", ")} of ${countText(rows.length)}`;
}
