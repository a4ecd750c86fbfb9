/** What a person reads when a run is over: how it ended, why, where things are, and what to type next. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import type { Final } from "../../engine/ledger/projections/final.ts";
import type { Live } from "../../engine/ledger/projections/live.ts";
import { duration, money } from "../../engine/report/units.ts";
import { quoted } from "./quoted.ts";

export interface Over {
  readonly root: string;
  readonly runId: string;
  readonly live: Live | null;
  readonly final: Final | null;
}

export function account(report: Over): string {
  const { final, live, root } = report;
  const lines: string[] = [];
  if (live?.status === "waiting") {
    lines.push(`waiting  run ${report.runId} waits for a person`);
    for (const gate of live.gates) {
      lines.push(
        `  ${gate.gate}: ${gate.question}`,
        `    choices: ${gate.choices.join(" | ")}; until ${gate.deadline}`,
      );
    }
    const [gate] = live.gates;
    if (gate)
      lines.push(
        "",
        `next: attractor answer ${quoted(root)} ${gate.gate} ${quoted(gate.choices[0] ?? "LABEL")} && attractor resume ${quoted(root)}`,
      );
    return `${lines.join("\n")}\n`;
  }
  if (!final) return `run ${report.runId} stopped without an end\nnext: attractor resume ${quoted(root)}\n`;
  const spent =
    final.totals.by_provider && Object.keys(final.totals.by_provider).length > 0
      ? `, ${money(final.totals.cost_usd)}`
      : "";
  lines.push(
    `${final.status.padEnd(8)} ${final.completed_nodes.length} nodes, ${final.totals.attempts} attempts, ${duration(final.duration_ms)}${spent}`,
  );
  if (final.outcome) {
    const failed = final.failed_branches ?? [];
    lines.push(`  ${final.outcome}, without branches that failed: ${failed.slice(0, 20).join(", ")}`);
  }
  if (final.simulated) lines.push(`  simulated: ${final.simulated.join(", ")}`);
  if (final.failure_reason) {
    lines.push(`  ${final.failed_node ?? "run"} (${final.failure_class}): ${final.failure_reason}`);
    if (final.cause)
      lines.push(`  because ${final.cause.node_id} (${final.cause.class}): ${final.cause.reason}`);
    const blocked = final.loop_restart_blocked;
    if (blocked) lines.push(`  the restart from ${blocked.node_id} at ${blocked.target_node} was refused`);
  }
  if (final.git.run_branch && final.git.final_commit !== final.git.base_sha) {
    const copy = copyOf(root);
    lines.push(`  work: ${final.git.run_branch}${copy === null ? "" : `, in ${copy}`}`);
  }
  lines.push(`  run folder: ${root}`);
  const next = final.status === "success" ? nextAfterSuccess(report) : nextAfterFailure(root);
  if (next) lines.push("", `next: ${next}`);
  return `${lines.join("\n")}\n`;
}

function nextAfterSuccess({ final, root }: Over): string | null {
  if (!final?.git.run_branch || !final.git.base_sha || final.git.final_commit === final.git.base_sha)
    return null;
  const copy = copyOf(root);
  const git = copy === null ? "git" : `git -C ${quoted(copy)}`;
  return `${git} diff ${final.git.base_sha.slice(0, 12)} ${final.git.run_branch}`;
}

/** Without a log it never began: there is nothing to go on from. */
const nextAfterFailure = (root: string): string =>
  existsSync(join(root, "progress.ndjson"))
    ? `attractor resume ${quoted(root)}`
    : "mend that, then start it again with `attractor run`";

/** Where the work is when the folder that was run in is no git repository. */
function copyOf(root: string): string | null {
  const copy = join(root, "source");
  return existsSync(join(copy, ".git")) ? copy : null;
}
