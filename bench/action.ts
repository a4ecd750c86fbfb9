/**
 * What does the action cost before and after the work? Its size, its start beside a bare `node`, and what each part of a
 * hop with 256 branches asks of the server, the settle beside bare git: `node bench/action.ts`.
 */
import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { build } from "esbuild";
import { actionOptions } from "../scripts/bundle-options.ts";
import { hopsCost } from "./hop.ts";

const SIZE_BOUND = 1.5e6;
const START_BOUND = 2.5;
const ROUNDS = 25;
const BRANCHES = Number(process.argv[2] ?? 256);

const median = (times: readonly number[]): number =>
  times.toSorted((a, b) => a - b)[Math.floor(times.length / 2)]!;

function said(what: string, holds: boolean): void {
  console.log(`${what} ${holds ? "holds" : "DOES NOT HOLD"}`);
  if (!holds) process.exitCode = 1;
}

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

function timed(args: readonly string[], env: NodeJS.ProcessEnv = {}): number {
  const start = performance.now();
  execFileSync(process.execPath, args, { stdio: "pipe", env: { PATH: process.env.PATH, ...JOB, ...env } });
  return performance.now() - start;
}

const bytes = readdirSync("dist").reduce((sum, name) => sum + statSync(join("dist", name)).size, 0);
said(`bundle: ${(bytes / 1e6).toFixed(2)} MB, bound ${SIZE_BOUND / 1e6} MB`, bytes <= SIZE_BOUND);

const folder = mkdtempSync(join(tmpdir(), "bench-action-"));
try {
  await build({ ...actionOptions, entryPoints: ["bench/first-decision.ts"], outdir: folder });
  const times = { bare: [] as number[], ours: [] as number[], configured: [] as number[] };
  const first = join(folder, "first-decision.mjs");
  for (let round = 0; round < ROUNDS; round++) {
    times.bare.push(timed(["-e", "0"]));
    times.ours.push(timed([first]));
    times.configured.push(timed([first], { CONFIG: "version: 1\nbudget: { usd: 5 }\n" }));
  }
  const [bare, ours, configured] = [times.bare, times.ours, times.configured].map(median) as [
    number,
    number,
    number,
  ];
  said(
    `start to first decision: bare ${bare.toFixed(0)} ms, ours ${ours.toFixed(0)} ms, ratio ${(ours / bare).toFixed(2)}, bound ${START_BOUND}`,
    ours / bare <= START_BOUND,
  );
  console.log(
    `with a configuration to read: ${configured.toFixed(0)} ms, ratio ${(configured / bare).toFixed(2)}`,
  );
} finally {
  rmSync(folder, { recursive: true });
}

await hopsCost(BRANCHES);
