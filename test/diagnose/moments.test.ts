/** What is said of a run at any moment of it, and of runs whose lines look worse than they are. */
import { spawn } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { type Diagnosis, diagnose } from "../../engine/diagnose/diagnosis.ts";
import { findingsOf } from "../../engine/diagnose/findings-of.ts";
import { readRun } from "../../engine/diagnose/folder/read-run.ts";
import { HISTORIES, history } from "../histories/read.ts";
import { folder, until } from "../local/world.ts";
import { cleanKilroy, GOOD, RUN, Tape } from "./labelled/kilroy-run.ts";
import type { Json } from "./labelled/run-files.ts";

const NOW = Date.parse("2026-06-01T00:00:00Z");
const serious = (findings: Diagnosis["findings"]) =>
  findings.filter(({ severity }) => severity !== "info").map(({ code }) => code);

/** What is above a note when the run is over. */
const AT_THE_END: Readonly<Record<string, readonly string[]>> = {
  "all-branches-fail-then-resume": ["LOOP_SIGNATURE"],
  canceled: [],
  "cycle-breaker": ["LOOP_SIGNATURE"],
  "fan-out-one-fails": [],
  "gate-answered": [],
  "items-and-early-end": [],
  "linear-with-agents": [],
  "timeouts-restart-and-trip": ["LOOP_SIGNATURE"],
};

it.each(HISTORIES)(
  "R-OBS-2: %s: at no moment more is found than at its end, and nothing while all is well",
  (name) => {
    const { log } = history(name);
    const end = serious(findingsOf(log));
    expect([...new Set(end)]).toEqual(AT_THE_END[name]);
    for (let length = 1; length < log.length; length++)
      expect(serious(findingsOf(log.slice(0, length))).filter((code) => !end.includes(code))).toEqual([]);
  },
);

function written(files: Readonly<Record<string, readonly (Json | string)[] | Json>>): string {
  const root = folder();
  for (const [path, value] of Object.entries(files)) {
    mkdirSync(join(root, path, ".."), { recursive: true });
    const lines = Array.isArray(value) ? value : [value];
    writeFileSync(join(root, path), lines.map((line) => `${JSON.stringify(line)}\n`).join(""));
  }
  return root;
}

it("R-OBS-2: heartbeats of an attempt that still runs are not stale, however many, and whoever is gone", async () => {
  const tape = new Tape(NOW - 1e8).attempt("start", 0, GOOD).attempt("impl", 300, GOOD);
  tape.say("stage_attempt_start", { node_id: "impl", attempt: 1, max: 4 });
  for (let i = 1; i < 200; i++) tape.say("stage_heartbeat", { node_id: "impl", elapsed_s: i * 30 }, 30_000);
  const { findings } = diagnose(await readRun(written({ "progress.ndjson": tape.lines }), NOW));
  expect(serious(findings)).toEqual(["NO_TERMINAL_RECORD", "UNFINISHED_ATTEMPT"]);
  // Older than the attempt: of the one before.
  tape.say("stage_heartbeat", { node_id: "impl", elapsed_s: 90_000 }, 30_000);
  const stale = diagnose(await readRun(written({ "progress.ndjson": tape.lines }), NOW)).findings;
  expect(stale.find(({ code }) => code === "STALE_HEARTBEAT")?.numbers).toMatchObject({ stale: 1 });
});

it("R-OBS-2: a run of Kilroy whose process lives is going on; a number that another process has is not that process", async () => {
  const clean = cleanKilroy("pass");
  const lines = clean.logs["progress.ndjson"]!.slice(0, 12) as Json[];
  const living = spawn("sh", ["-c", `sleep 60; : ${RUN}`], { stdio: "ignore" });
  onTestFinished(() => void living.kill("SIGKILL"));
  await until("it has its name", () => living.pid !== undefined);
  const root = written({ "progress.ndjson": lines, "run.lock.json": { pid: living.pid } });
  expect(diagnose(await readRun(root, NOW))).toMatchObject({ status: "running", findings: [] });
  const other = written({ "progress.ndjson": lines, "run.lock.json": { pid: process.pid } });
  expect(diagnose(await readRun(other, NOW)).status).toBe("no_end");
  const recent = Date.parse(String(lines.at(-1)?.ts)) + 60_000;
  const alone = diagnose(await readRun(join(other, "progress.ndjson"), recent));
  expect([alone.status, serious(alone.findings)]).toEqual(["running", []]);
});

it("R-OBS-2: restarts are read in their order, each with its file", async () => {
  const first = new Tape(NOW - 1e8).attempt("start", 0, GOOD).attempt("impl", 61, GOOD);
  first.say("loop_restart", { restart_count: 1, target_node: "impl" });
  const again = new Tape(first.now).attempt("impl", 61, GOOD).attempt("exit", 0, GOOD);
  again.say("stage_heartbeat", { node_id: "impl", elapsed_s: 500 }, 30_000);
  again
    .say("stage_heartbeat", { node_id: "impl", elapsed_s: 530 }, 30_000)
    .say("run_completed", { status: "success" });
  const end = { status: "success", timestamp: new Date(again.now).toISOString() };
  const root = written({
    "progress.ndjson": first.lines,
    "final.json": end,
    "restart-1/progress.ndjson": again.lines,
    "restart-1/final.json": end,
  });
  const said = diagnose(await readRun(root, NOW));
  expect(said.nodes.find(({ node }) => node === "impl")).toMatchObject({ executions: 2 });
  expect(said.findings).toMatchObject([
    {
      code: "STALE_HEARTBEAT",
      where: [expect.anything(), { file: "restart-1/progress.ndjson", line: again.lines.length - 1 }],
    },
  ]);
});

it("R-OBS-2: a branch of a branch that never came back is told with both, and its outer fan-out too", async () => {
  const open = (node: string) =>
    new Tape(NOW - 1e8).say("stage_attempt_start", { node_id: node, attempt: 1, max: 4 });
  const root = written({
    "progress.ndjson": open("fan").lines,
    "parallel/fan/pass1/01-a/progress.ndjson": open("inner").lines,
    "parallel/fan/pass1/01-a/parallel/inner/pass1/01-b/progress.ndjson": open("b").lines,
    "parallel/fan/pass1/01-a/parallel/inner/pass1/02-c/progress.ndjson": new Tape(NOW - 1e8).attempt(
      "c",
      3,
      GOOD,
    ).lines,
  });
  const { findings } = diagnose(await readRun(root, NOW));
  expect(findings.filter(({ code }) => code === "ORPHANED_BRANCH").map(({ evidence }) => evidence)).toEqual([
    expect.stringMatching(/^fan began 1 branch at .*fan\/pass1\/01-a: nothing ended, inner still open$/),
    expect.stringMatching(/^inner began 2 branches at .*01-a\/inner\/pass1\/01-b: .*02-c: last c success/),
  ]);
});

it("R-OBS-2: a branch that was lost and begun again is not orphaned", () => {
  const { log } = history("fan-out-one-fails");
  const lost = log.map((event) =>
    event.event === "branch_completed" && event.status === "fail"
      ? { ...event, result: { ...event.result, left_by: "lost" } }
      : event,
  );
  expect(serious(findingsOf(lost))).toContain("ORPHANED_BRANCH");
  const completed = lost.find((event) => event.event === "branch_completed" && event.status === "fail")!;
  const healed = {
    ...completed,
    ...{
      seq: log.length + 1,
      status: "success",
      branch_key: String((completed as Json).branch_key).replace("/v1/", "/v2/"),
    },
    result: { left_by: "join" },
  };
  expect(serious(findingsOf([...lost, healed]))).not.toContain("ORPHANED_BRANCH");
});

it("R-OBS-2: what failed in a branch is told before the join that failed for it, over all visits of the fan-out", () => {
  const failed = (node: string, visit: number, branch: object): Json[] => [
    { event: "stage_attempt_start", node_id: node, visit, attempt: 1, ...branch },
    {
      ...{ event: "stage_attempt_end", node_id: node, visit, attempt: 1, status: "fail", ...branch },
      ...{
        failure_reason: `${node} broke`,
        failure_class: "deterministic",
        failure_signature: `${node}|d|x`,
      },
    },
    {
      ...{ event: "deterministic_failure_cycle_check", node_id: node, signature: `${node}|d|x`, ...branch },
      ...{
        signature_count: visit,
        signature_limit: 3,
        failure_class: "deterministic",
        failure_reason: `${node} broke`,
      },
    },
  ];
  const lines = [1, 2].flatMap((visit) => [
    ...failed("monsters", visit, { branch_key: `par/v${visit}/02-monsters` }),
    ...failed("join", visit, {}),
  ]);
  const log = lines.map((line, i) => ({
    seq: i + 1,
    ts: new Date(NOW + i).toISOString(),
    run_id: "r",
    ...line,
  }));
  expect(findingsOf(log).map(({ title }) => title)).toEqual([
    "monsters failed 2 times in the same way",
    "join failed 2 times in the same way",
  ]);
});
