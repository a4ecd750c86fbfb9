/**
 * What does the action cost before and after the work? Its start beside a bare `node`, and what each part of a hop with
 * 256 branches asks of the server, the settle beside bare git: `node bench/action.ts`. How much it loads first is held
 * by `test/ground/start.test.ts`.
 */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { build } from "esbuild";
import { actionOptions } from "../scripts/bundle-options.ts";
import { hopsCost } from "./hop.ts";
import { type Command, inTurns, quantile } from "./whole/measure.ts";

const START_BOUND = 2.5;
const ROUNDS = 25;
const BRANCHES = Number(process.argv[2] ?? 256);

/** What the platform tells a trunk job. */
const JOB = {
  GITHUB_REPOSITORY: "o/r",
  GITHUB_SERVER_URL: "https://github.com",
  GITHUB_API_URL: "https://api.github.com",
  GITHUB_RUN_ID: "1",
  GITHUB_RUN_ATTEMPT: "1",
  GITHUB_SHA: "0".repeat(40),
  GITHUB_REF: "refs/heads/main",
  GITHUB_EVENT_NAME: "workflow_dispatch",
  GITHUB_WORKFLOW_REF: "o/r/.github/workflows/attractor-run.yml@refs/heads/main",
  RUNNER_TEMP: tmpdir(),
  INPUT_PART: "trunk",
  INPUT_GRAPH: "g.dot",
};

/** As `action/start.sh` starts it. */
const [ROOM = ""] = /--min-semi-space-size=\d+/.exec(readFileSync("action/start.sh", "utf8")) ?? [];

const folder = mkdtempSync(join(tmpdir(), "bench-action-"));
try {
  await build({ ...actionOptions, entryPoints: ["bench/first-decision.ts"], outdir: folder });
  const first = [ROOM, join(folder, "first-decision.mjs")];
  const started =
    (args: readonly string[], more: NodeJS.ProcessEnv = {}) =>
    (): Command => ({
      argv: [process.execPath, ...args],
      cwd: folder,
      env: { PATH: process.env.PATH, ...JOB, ...more },
    });
  const configuration = { CONFIG: "version: 1\nbudget: { usd: 5 }\n" };
  const turns = await inTurns([started(["-e", "0"]), started(first), started(first, configuration)], ROUNDS);
  for (const [what, of] of Object.entries({ "by the clock": "wallMs", "processor time": "cpuMs" } as const)) {
    const [bare = 0, ours = 0, configured = 0] = turns.map((all) =>
      quantile(
        all.map((spent) => spent[of]),
        0.5,
      ),
    );
    console.log(
      `start to first decision, ${what}: bare ${bare.toFixed(0)} ms, ours ${ours.toFixed(0)} ms, ratio ${(ours / bare).toFixed(2)}, bound ${START_BOUND}; with a configuration to read ${configured.toFixed(0)} ms, ratio ${(configured / bare).toFixed(2)}`,
    );
  }
} finally {
  rmSync(folder, { recursive: true });
}

await hopsCost(BRANCHES);
