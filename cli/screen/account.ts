/** What a person reads when a run is over: how it ended, why in words, where things are, and what to type next. */

import { type Shown, shownLines } from "../../engine/core/shown.ts";
import type { RunState } from "../../engine/core/state.ts";
import type { Pipeline } from "../../engine/graph/pipeline.ts";
import type { Final } from "../../engine/ledger/projections/final.ts";
import type { Live } from "../../engine/ledger/projections/live.ts";
import { reportOf } from "../../engine/report/from-state.ts";
import type { Story } from "../../engine/report/model.ts";
import { quoted } from "../../engine/report/quoted.ts";
import { durationText, minuteHere, money, plural } from "../../engine/report/units.ts";
import { localNext, plainCopy, workCopy } from "../runs/next-steps.ts";

export interface Over {
  readonly root: string;
  readonly runId: string;
  readonly live: Live | null;
  readonly final: Final | null;
  /** Null: it ended before it had a log. */
  readonly run: { readonly state: RunState; readonly pipeline: Pipeline } | null;
  /** Per waiting gate: what is to be approved. */
  readonly shows?: ReadonlyMap<string, readonly Shown[]>;
}

export function account(over: Over): string {
  const { final, live, root, runId } = over;
  const next = localNext(over)
    .slice(0, final?.status === "fail" ? 2 : 1)
    .map(({ command }, at) => `${at === 0 ? "next" : "or"}: ${command}`);
  if (final && !over.run)
    return text([...ended(over, final), "", "next: fix that, then start it again with `attractor run`"]);
  if (live?.status === "waiting") return text([...waiting(over), "", ...next]);
  if (live?.status === "paused") return text([...paused(over, live), "", ...next]);
  if (!final) return text([`run ${runId} stopped without an end`, `next: attractor resume ${quoted(root)}`]);
  return text([...ended(over, final), ...(next.length > 0 ? ["", ...next] : [])]);
}

const text = (lines: readonly string[]): string => `${lines.join("\n")}\n`;

function waiting({ runId, live, shows }: Over): string[] {
  return [
    `waiting  run ${runId} waits for a person`,
    ...(live?.gates ?? []).flatMap((gate) => [
      `  ${gate.gate}: ${gate.question}`,
      ...(shows?.get(gate.gate) ?? []).flatMap(shownLines),
      `    choices: ${gate.choices.join(" | ")}; until ${minuteHere(gate.deadline)}`,
    ]),
  ];
}

/** Nothing is lost: what is done stays done, and the stage that was refused runs again. */
function paused({ runId, root }: Over, { pauses, gates }: Live): string[] {
  return [
    `paused   run ${runId}: a provider asks for money or time`,
    ...pauses.flatMap(({ node_id, branch_key, provider, reason, until }) => [
      `  ${branch_key === undefined ? "" : `[${branch_key}] `}${node_id}: ${provider} refused: ${reason}`,
      ...(until === undefined ? [] : [`    it says that it may be asked again from ${until}`]),
    ]),
    ...gates.map(({ gate, question }) => `  ${gate} waits too: ${question}`),
    `  run folder: ${root}`,
  ];
}

function ended(over: Over, final: Final): string[] {
  const { root } = over;
  const { totals, git } = final;
  const cost = Object.keys(totals.by_provider).length > 0 ? `, ${costWords(totals)}` : "";
  const lines = [
    `${final.status.padEnd(8)} ${plural(final.completed_nodes.length, "node")}, ${plural(totals.attempts, "attempt")}, ${durationText(final.duration_ms)}${cost}`,
  ];
  if (final.outcome) {
    const failed = final.failed_branches ?? [];
    lines.push(`  ${final.outcome}, without branches that failed: ${failed.slice(0, 20).join(", ")}`);
  }
  if (final.simulated) lines.push(`  simulated: ${final.simulated.join(", ")}`);
  lines.push(...why(over, final));
  if (git.run_branch && git.final_commit !== git.base_sha) {
    const copy = workCopy(root);
    lines.push(`  work: ${git.run_branch}${copy === null ? "" : `, in ${copy}`}`);
  }
  const plain = plainCopy(root, final);
  if (plain) lines.push(`  work: ${plain.work}`);
  lines.push(`  run folder: ${root}`);
  return lines;
}

function why({ run }: Over, final: Final): string[] {
  if (!final.failure_reason) return [];
  const story: Story | null = run
    ? reportOf(run.state, run.pipeline, { findings: [], next: [], links: [] }).story
    : null;
  const blocked = final.loop_restart_blocked;
  return [
    ...(story === null
      ? [`  ${final.failed_node ?? "run"} (${final.failure_class}): ${final.failure_reason}`]
      : [`  ${story.sentence}`, `  ${story.aside}`, `  ${story.advice}`]),
    ...(blocked ? [`  the restart from ${blocked.node_id} at ${blocked.target_node} was refused`] : []),
  ];
}

function costWords(totals: Final["totals"]): string {
  if (totals.cost_complete) return money(totals.cost_usd);
  return totals.cost_usd_known > 0 ? `${money(totals.cost_usd_known)} known, not complete` : "cost unknown";
}
