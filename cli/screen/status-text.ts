/** A run as `status` and `stop` show it: its stages, who drives it, and what to type next. */
import { asJson } from "../../engine/as-json.ts";
import type { Sight } from "../../engine/local/look.ts";
import { quoted } from "../../engine/report/quoted.ts";
import { durationText } from "../../engine/report/units.ts";
import { account, type Over } from "./account.ts";
import { treeLines } from "./tree.ts";
import { rowsOf } from "./tree-of-state.ts";

export const statusOf = ({ live, final }: Sight): string => final?.status ?? live?.status ?? "starting";

/** Nobody drives it, and nobody needs to: a person answers, or pays. */
export const restsForPerson = ({ live }: Sight): boolean =>
  live?.status === "waiting" || live?.status === "paused";

export function sightJson(seen: Sight): string {
  const { root, runId, driver, lossRecorded, live, final, problem } = seen;
  const who = driver && { pid: driver.pid, host: driver.host, since: driver.acquired_at };
  const shown = {
    run_id: runId,
    logs_root: root,
    status: statusOf(seen),
    driver: who,
    loss_recorded: lossRecorded,
    live,
    final,
    ...(problem ? { problem } : {}),
  };
  return asJson(shown);
}

export function sightText(seen: Sight, now: number, shows?: Over["shows"]): string {
  const { run, driver, root } = seen;
  const lines: string[] = [];
  if (run?.state.started) {
    lines.push(...treeLines(rowsOf(run.state, run.pipeline), { now, width: 100, color: false }), "");
  }
  if (seen.lossRecorded) lines.push("the process that drove this run is gone; the loss is recorded now", "");
  if (seen.answered) {
    lines.push(
      `answered  run ${seen.runId} goes on when it is resumed`,
      "",
      `next: attractor resume ${quoted(root)}`,
    );
    return `${lines.join("\n")}\n`;
  }
  if (!seen.final && !restsForPerson(seen)) {
    const since = run ? durationText(now - run.state.startedAt) : "a moment";
    const who = driver ? `process ${driver.pid} on ${driver.host}` : "nobody";
    lines.push(`${statusOf(seen)}  run ${seen.runId} for ${since}, driven by ${who}`);
    lines.push("", `next: attractor status ${quoted(root)} --follow`, `or: attractor stop ${quoted(root)}`);
    return `${lines.join("\n")}\n`;
  }
  return `${lines.join("\n")}${lines.length > 0 ? "\n" : ""}${account({ ...seen, ...(shows ? { shows } : {}) })}`;
}
