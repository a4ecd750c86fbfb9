/**
 * What does the engine cost beside the work? `node bench/engine.ts`, everything measured in turns in this one run:
 * a no-op tool stage with a durable log beside bare spawning; the same with a commit per stage beside bare
 * `git add` and `git commit`; decide and fold alone; a loop of 10,000 visits. Exit 1 when a bound is missed.
 *
 * The peer of a stage is its very command line in a process group of its own, both outputs read to their end. It keeps
 * nothing; what the disk takes for the files that a stage keeps is measured beside it and told. Where many files were
 * deleted in the last minutes, ext4 without a journal takes 0.7 ms for each new one: give TMPDIR a quiet place then.
 */
import { execFile, spawn } from "node:child_process";
import {
  closeSync,
  fdatasyncSync,
  linkSync,
  mkdirSync,
  openSync,
  renameSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { attemptEnd } from "../engine/core/attempt-end.ts";
import { decide } from "../engine/core/decide.ts";
import type { StageEffect } from "../engine/core/effects.ts";
import type { EventBody } from "../engine/core/events.ts";
import { fold } from "../engine/core/fold.ts";
import { emptyState } from "../engine/core/scopes.ts";
import type { RunState } from "../engine/core/state.ts";
import { prepare } from "../engine/graph/prepare.ts";
import { run } from "../engine/index.ts";
import { checkpointOf } from "../engine/ledger/projections/checkpoint.ts";

const BOUNDS = {
  overheadMs: 0.75,
  commitRatio: 1.25,
  eventsPerSecond: 100_000,
  growth: 1.5,
  checkpoint: 64 * 1024,
};
/** Short turns, so that whatever else the machine does meets both. */
const STAGES = 20;
const ROUNDS = 25;
const GIT_ROUNDS = 10;
const exec = promisify(execFile);
const IDENTITY = ["-c", "user.name=bench", "-c", "user.email=bench@example.com"];

const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;

function chain(stages: number, command: string): string {
  const ids = Array.from({ length: stages }, (_, n) => `n${n}`);
  const nodes = ids.map((id) => `${id} [shape=parallelogram, tool_command="${command}"]`).join("\n");
  return `digraph g { graph [goal="g"]; s [shape=Mdiamond]; e [shape=Msquare]; ${nodes}; s -> ${ids.join(" -> ")} -> e }`;
}

const bareSpawn = (command: string, cwd: string): Promise<void> =>
  new Promise((resolve, reject) => {
    const child = spawn("bash", ["--noprofile", "--norc", "-c", command], { cwd, detached: true });
    child.once("error", reject);
    child.stdout.resume();
    child.stderr.resume();
    child.once("close", () => resolve());
  });

async function timed(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}

async function repository(path: string): Promise<void> {
  await mkdir(path);
  for (let n = 0; n < 200; n++) await writeFile(join(path, `f${n}`), `${"x".repeat(500)}${n}`);
  await exec("git", ["init", "--quiet", "."], { cwd: path });
  await exec("git", ["add", "--all"], { cwd: path });
  await exec("git", [...IDENTITY, "commit", "--quiet", "-m", "first"], { cwd: path });
}

/** From the first stage's start to the last one's end, so that opening and closing the run is no part of it. */
async function engineRun(root: string, workdir: string, source: string, commit: boolean): Promise<number> {
  const starts: number[] = [];
  let last = 0;
  await run(source, {
    workdir,
    logsRoot: root,
    config: { version: 1, git: { commit_per_node: commit } },
    onEvent: ({ event }) => {
      if (event === "stage_attempt_start") starts.push(performance.now());
      if (event === "edge_selected") last = performance.now();
    },
  });
  // The first start is the start node's.
  return last - (starts[1] ?? 0);
}

async function stages(root: string): Promise<{ overhead: number; commitRatio: number }> {
  const plain = { bare: [] as number[], ours: [] as number[] };
  const git = { bare: [] as number[], ours: [] as number[] };
  const empty = join(root, "empty");
  const repo = join(root, "repo");
  const bareRepo = join(root, "bare-repo");
  await mkdir(empty);
  await repository(repo);
  await repository(bareRepo);
  const change = "date +%N > changed";
  for (let round = 0; round < ROUNDS; round++) {
    plain.bare.push(
      await timed(async () => {
        for (let n = 0; n < STAGES; n++) await bareSpawn("true", empty);
      }),
    );
    plain.ours.push(await engineRun(join(root, `plain${round}`), empty, chain(STAGES, "true"), false));
  }
  for (let round = 0; round < GIT_ROUNDS; round++) {
    git.bare.push(
      await timed(async () => {
        for (let n = 0; n < STAGES; n++) {
          await bareSpawn(change, bareRepo);
          await exec("git", ["add", "--all"], { cwd: bareRepo });
          await exec("git", [...IDENTITY, "commit", "--quiet", "--allow-empty", "-m", "stage"], {
            cwd: bareRepo,
          });
        }
      }),
    );
    git.ours.push(await engineRun(join(root, `git${round}`), repo, chain(STAGES, change), true));
  }
  return {
    overhead: median(plain.ours.map((ours, i) => (ours - (plain.bare[i] ?? 0)) / STAGES)),
    commitRatio: median(git.ours.map((ours, i) => ours / (git.bare[i] ?? 1))),
  };
}

/** What the disk itself takes for what a stage keeps: its folder, two logs and a status under two names, one durable line. */
function diskMs(root: string): number {
  const log = openSync(join(root, "synced"), "a");
  const times = Array.from({ length: 100 }, (_, n) => {
    const start = performance.now();
    const node = join(root, `kept${n}`);
    const attempt = join(node, "v1-a1");
    mkdirSync(attempt, { recursive: true });
    for (const name of ["stdout.log", "stderr.log"]) closeSync(openSync(join(attempt, name), "wx"));
    writeFileSync(join(attempt, "status.json"), "{}", { flag: "wx" });
    linkSync(join(attempt, "status.json"), join(node, "next"));
    renameSync(join(node, "next"), join(node, "status.json"));
    writeSync(log, `${"x".repeat(500)}\n`);
    fdatasyncSync(log);
    return performance.now() - start;
  });
  closeSync(log);
  return median(times);
}

interface Core {
  readonly eventsPerSecond: number;
  /** Time of the last hundred visits over that of an early hundred. */
  readonly growth: number;
  readonly checkpointBytes: number;
  readonly heapGrowthMb: number;
}

/** A loop of two stages through decide and fold alone, as a driver would, without effects. */
function core(visits: number): Core {
  const source = `digraph g { graph [goal="g", max_node_visits=${visits + 10}]; s [shape=Mdiamond]; e [shape=Msquare]
    a [shape=parallelogram, tool_command="true"]; b [shape=parallelogram, tool_command="true"]
    s -> a -> b; b -> a [condition="outcome=success"]; b -> e [condition="outcome=fail"] }`;
  const { pipeline } = prepare(source);
  if (!pipeline) throw new Error("the bench's graph is not valid");
  let state: RunState = emptyState();
  let seq = 0;
  const push = (body: EventBody) => {
    seq++;
    state = fold(pipeline, state, {
      seq,
      ts: new Date(1_700_000_000_000 + seq).toISOString(),
      run_id: "bench",
      ...body,
    });
  };
  push({
    event: "run_started",
    schema_version: 1,
    graph: { name: "g", digest: "d" },
    goal: "g",
    inputs: {},
    config_digest: "d",
    engine_version: "0",
    coordinator: "local",
  });
  const step = (): StageEffect | null => {
    for (;;) {
      const { event, effects } = decide(pipeline, state);
      if (event) push(event);
      else {
        const [effect] = effects;
        return effect?.kind === "stage" ? effect : null;
      }
    }
  };
  const execute = (effect: StageEffect) => {
    const { node: node_id, visit, attempt } = effect;
    push({ event: "stage_attempt_start", node_id, visit, attempt, max: 1, handler: "tool" });
    push(
      attemptEnd(pipeline, state, effect, {
        outcome: { status: "success", context_updates: { n: visit } },
        evidence: { exit_code: 0 },
        durationMs: 1,
      }),
    );
  };
  const hundreds: number[] = [];
  let heapEarly = 0;
  const started = performance.now();
  let lap = started;
  for (let n = 0; n < 2 * visits; n++) {
    const effect = step();
    if (!effect) throw new Error("the loop ended early");
    execute(effect);
    if (n === visits / 5) heapEarly = process.memoryUsage().heapUsed;
    if (n % 200 === 199) {
      hundreds.push(performance.now() - lap);
      lap = performance.now();
    }
  }
  const seconds = (performance.now() - started) / 1000;
  const early = median(hundreds.slice(2, 22));
  const late = median(hundreds.slice(-20));
  return {
    eventsPerSecond: seq / seconds,
    growth: late / early,
    checkpointBytes: JSON.stringify(checkpointOf(state)).length,
    heapGrowthMb: (process.memoryUsage().heapUsed - heapEarly) / 1e6,
  };
}

const root = await mkdtemp(join(tmpdir(), "bench-engine-"));
try {
  core(2_000);
  const pure = core(10_000);
  const { overhead, commitRatio } = await stages(root);
  const disk = diskMs(root);
  const rows: [string, string, string, boolean][] = [
    [
      "overhead per no-op tool stage, log durable",
      `${overhead.toFixed(2)} ms`,
      `≤ ${BOUNDS.overheadMs} ms`,
      overhead <= BOUNDS.overheadMs,
    ],
    [
      "of which the disk itself, for the files and the durable line of a stage",
      `${disk.toFixed(2)} ms`,
      `load ${loadavg()[0]?.toFixed(1)}`,
      true,
    ],
    [
      "stage with commit beside bare git",
      `${commitRatio.toFixed(2)}×`,
      `≤ ${BOUNDS.commitRatio}×`,
      commitRatio <= BOUNDS.commitRatio,
    ],
    [
      "decide + fold",
      `${Math.round(pure.eventsPerSecond)} events/s`,
      `≥ ${BOUNDS.eventsPerSecond}`,
      pure.eventsPerSecond >= BOUNDS.eventsPerSecond,
    ],
    [
      "last 100 visits of 10,000 beside early ones",
      `${pure.growth.toFixed(2)}×`,
      `≤ ${BOUNDS.growth}×`,
      pure.growth <= BOUNDS.growth,
    ],
    [
      "checkpoint after 20,000 visits",
      `${pure.checkpointBytes} bytes`,
      `≤ ${BOUNDS.checkpoint}`,
      pure.checkpointBytes <= BOUNDS.checkpoint,
    ],
    ["heap growth over the loop", `${pure.heapGrowthMb.toFixed(1)} MB`, "told only", true],
  ];
  for (const [what, is, bound, good] of rows)
    console.log(`${good ? "ok  " : "MISS"} ${what}: ${is} (${bound})`);
  if (rows.some(([, , , good]) => !good)) process.exitCode = 1;
} finally {
  await rm(root, { recursive: true, force: true });
}
