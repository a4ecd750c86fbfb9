/** `attractor list`: the runs of this repository, the newest first. */
import { asJson } from "../engine/as-json.ts";
import { isGitRepo, workGit } from "../engine/git/work-repo.ts";
import { listWorktrees } from "../engine/git/worktree-list.ts";
import { findRuns } from "../engine/local/find-runs.ts";
import { readManifest } from "../engine/local/folder.ts";
import { lookAt } from "../engine/local/look.ts";
import { quoted } from "../engine/report/quoted.ts";
import { durationText, money } from "../engine/report/units.ts";
import { command, noWords } from "./command.ts";
import { EXIT } from "./exit-codes.ts";
import { statusOf } from "./screen/status-text.ts";
import { workFolder } from "./work-folder.ts";

const USAGE = `usage: attractor list [--workdir DIR] [--json]

Lists the runs of the repository, the newest first: id, graph, status, age and cost. As attractor status it records the
loss of a run whose process is gone.
Exit code: 0.
`;

export const runList = command({
  name: "list",
  usage: USAGE,
  options: {
    workdir: { type: "string", default: "." },
    json: { type: "boolean", default: false },
  },
  async run({ values, positionals }, terminal) {
    noWords(positionals, "name a folder with --workdir");
    const workdir = workFolder(values.workdir);
    const worktrees = (await isGitRepo(workdir)) ? await listWorktrees(workGit(workdir)) : [];
    const runs: Listed[] = [];
    for (const root of await findRuns(workdir, worktrees)) runs.push(await listed(root));
    runs.sort((a, b) => (b.started_at ?? "").localeCompare(a.started_at ?? ""));
    terminal.out(values.json ? asJson({ runs }) : text(runs, Date.now()));
    return EXIT.success;
  },
});

interface Listed {
  readonly run_id: string;
  readonly logs_root: string;
  readonly graph: string | null;
  readonly status: string;
  readonly started_at: string | null;
  /** Null: nobody knows, or the run is not over. */
  readonly cost_usd: number | null;
  /** Why it cannot be read. */
  readonly problem?: string;
}

/** A run that cannot be read is listed too: the others still can. */
async function listed(root: string): Promise<Listed> {
  const manifest = await readManifest(root).catch(() => null);
  const name = manifest?.run_id ?? root.split("/").at(-1) ?? root;
  const about = {
    logs_root: root,
    graph: manifest?.graph_path ?? manifest?.graph_name ?? null,
    started_at: manifest?.started_at ?? null,
  };
  try {
    const seen = await lookAt(root);
    return {
      run_id: seen.runId,
      ...about,
      // What never began has no manifest, and an end that names its graph.
      graph: about.graph ?? seen.final?.graph.path ?? null,
      status: statusOf(seen),
      started_at: about.started_at ?? seen.final?.started_at ?? null,
      cost_usd: seen.final?.totals.cost_usd ?? null,
      ...(seen.problem ? { problem: seen.problem.message } : {}),
    };
  } catch (error) {
    return { run_id: name, ...about, status: "unknown", cost_usd: null, problem: (error as Error).message };
  }
}

function text(runs: readonly Listed[], now: number): string {
  const [newest] = runs;
  if (newest === undefined) return "no runs here\n\nnext: attractor run GRAPH\n";
  const rows = runs.map((run) => [
    run.run_id,
    run.graph ?? "?",
    run.status,
    run.started_at === null ? "?" : `${durationText(now - Date.parse(run.started_at))} ago`,
    run.cost_usd === null ? "" : money(run.cost_usd),
  ]);
  const widths = [0, 1, 2, 3].map((column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const lines = rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join("  ")
      .trimEnd(),
  );
  return `${lines.join("\n")}\n\nnext: attractor status ${quoted(newest.logs_root)}\n`;
}
