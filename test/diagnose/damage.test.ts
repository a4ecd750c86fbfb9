/** Logs and folders that no honest writer left: what can be read is read, the rest is told, nothing is fatal. */
import { execFileSync } from "node:child_process";
import { appendFileSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { expect, it } from "vitest";
import { type Diagnosis, diagnose } from "../../engine/diagnose/diagnosis.ts";
import { findingsOf } from "../../engine/diagnose/findings-of.ts";
import { readRun } from "../../engine/diagnose/folder/read-run.ts";
import { folder } from "../local/world.ts";
import { cleanKilroy, RUN } from "./labelled/kilroy-run.ts";

const NOW = Date.parse("2026-06-01T00:00:00Z");
const of = async (path: string): Promise<Diagnosis> => diagnose(await readRun(path, NOW));
const damage = ({ findings }: Diagnosis) =>
  findings
    .filter(({ code }) => code === "DAMAGED_FILE")
    .map(({ title, severity, where, numbers }) => [title, severity, where[0]?.line, numbers.count]);

const LINES = cleanKilroy("old").logs["progress.ndjson"]!.map((line) => JSON.stringify(line));

function logWith(text: string): string {
  const path = join(folder(), "progress.ndjson");
  writeFileSync(path, text);
  return path;
}

it("R-OBS-2: a log alone is read; its fan-outs need no folder", async () => {
  const said = await of(logWith(`${LINES.join("\n")}\n`));
  expect([said.status, said.run_id, said.findings]).toEqual(["success", RUN, []]);
});

it.each([
  [
    "cut off in its last line",
    `${LINES.slice(0, 9).join("\n")}\n{"event":"stage_hea`,
    [["progress.ndjson: the last line is cut off", "info", 10, 1]],
  ],
  ["without a line end, and whole", LINES.join("\n"), []],
  [
    "torn in the middle and zeros after a crash",
    `${LINES.slice(0, 3).join("\n")}\n{"event":\n\0\0\0\0\n${LINES.slice(3).join("\n")}\n`,
    [["progress.ndjson: lines that are no JSON, torn or written into one another", "warning", 4, 2]],
  ],
  [
    "written into one another",
    `${LINES.slice(0, 3).join("\n")}\n${LINES[3]!.slice(0, 40)}${LINES[4]}\n${LINES.slice(5).join("\n")}\n`,
    [["progress.ndjson: lines that are no JSON, torn or written into one another", "warning", 4, 1]],
  ],
  [
    "of two runs",
    `${LINES.slice(0, 3).join("\n")}\n${LINES[3]!.replace(RUN, "OTHER")}\n${LINES.slice(4).join("\n")}\n`,
    [["progress.ndjson: lines of another run", "warning", 4, 1]],
  ],
  [
    "with lines of something else",
    `${LINES.slice(0, 3).join("\n")}\n{"level":"info"}\n[1]\n7\n${LINES.slice(3).join("\n")}\n`,
    [["progress.ndjson: lines that are no events of a run", "warning", 4, 3]],
  ],
  [
    "with a line of three mebibytes",
    `${LINES.slice(0, 3).join("\n")}\n{"event":"x","y":"${"z".repeat(3 * 1024 * 1024)}"}\n${LINES.slice(3).join("\n")}\n`,
    [["progress.ndjson: lines longer than a mebibyte, which were skipped", "warning", 4, 1]],
  ],
])("R-OBS-2: a log %s", async (_, text, expected) => {
  const said = await of(logWith(text));
  expect(damage(said)).toEqual(expected);
  expect(said.nodes.map(({ node }) => node)).toEqual(expect.arrayContaining(["start", "impl"]));
});

it("R-OBS-2: what is no log, or no run folder, is refused by name", async () => {
  await expect(of(logWith("hello\nworld\n"))).rejects.toThrow(/is no log of a run: not one line is an event/);
  await expect(of(folder())).rejects.toThrow(/is no run folder: it has no progress.ndjson and no final.json/);
  await expect(of(join(folder(), "nothing"))).rejects.toThrow(/there is no/);
});

it("R-OBS-2: links, pipes and files of the wrong kind are told and not followed; other files are read", async () => {
  const root = folder();
  writeFileSync(join(root, "progress.ndjson"), `${LINES.join("\n")}\n`);
  writeFileSync(join(root, "final.json"), "{");
  symlinkSync("/etc/passwd", join(root, "checkpoint.json"));
  execFileSync("mkfifo", [join(root, "live.json")]);
  mkdirSync(join(root, "run.lock.json"));
  symlinkSync("/", join(root, "parallel"));
  const said = await of(root);
  expect(damage(said)).toEqual([
    ["live.json: no plain file", "warning", undefined, 1],
    ["checkpoint.json: a link, which is not followed", "warning", undefined, 1],
    ["final.json: no JSON", "warning", undefined, 1],
  ]);
  expect(said.status).toBe("success");
});

it("R-OBS-2: whatever lines say, nothing throws", () => {
  const value = fc.oneof(
    fc.constantFrom(null, -1, 1e308, "", "x".repeat(9_000), "__proto__", "constructor", [], {}, [[{}]], true),
    fc.string(),
  );
  const names = [
    "run_id",
    "ts",
    "seq",
    "node_id",
    "visit",
    "attempt",
    "status",
    "failure_reason",
    "branch_key",
  ];
  const line = fc.record({
    event: fc.constantFrom(
      ...["stage_attempt_start", "stage_attempt_end", "stage_heartbeat", "edge_selected", "fanout_started"],
      ...["branch_started", "branch_completed", "fanout_joined", "human_gate_waiting", "human_gate_answered"],
      ...["warning", "budget_exceeded", "stall_watchdog_timeout", "run_started", "run_failed", "run_aborted"],
      ...["deterministic_failure_cycle_check", "branch_progress", "__proto__"],
    ),
    field: fc.constantFrom(
      ...names,
      "branches",
      "usage",
      "result",
      "evidence",
      "gate",
      "budget",
      "signature_count",
    ),
    value,
    node: fc.constantFrom("a", "__proto__", "constructor", ""),
    seq: fc.nat(9),
  });
  fc.assert(
    fc.property(fc.array(line, { maxLength: 30 }), (lines) => {
      findingsOf(
        lines.map(({ event, field, value: said, node, seq }) => ({
          ...{
            seq,
            ts: "2026-05-01T10:00:00Z",
            run_id: "r",
            event,
            node_id: node,
            gate: "g/1",
            branch_key: "f/v1/01-a",
          },
          [field]: said,
        })),
      );
    }),
    { numRuns: 500 },
  );
});

it("R-OBS-2: the memory for a log does not grow with it", async () => {
  const path = logWith("");
  const block = Array.from({ length: 2_000 }, (_, i) =>
    JSON.stringify({
      ...{ event: "stage_heartbeat", run_id: RUN, ts: new Date(NOW - 1e9 + i).toISOString() },
      ...{ node_id: `n${i % 7}`, elapsed_s: i, stdout_bytes: i, stderr_bytes: 0, padding: "p".repeat(300) },
    }),
  ).join("\n");
  for (let i = 0; i < 60; i++) appendFileSync(path, `${block}\n`);
  const facts = await readRun(path, NOW);
  expect(facts.scopes.get("")?.counts.get("stage_heartbeat")).toEqual({ n: 120_000 });
  // What is kept of them would fit on a page.
  expect(
    JSON.stringify([...facts.scopes.values()], (_, v) => (v instanceof Map ? [...v] : v)).length,
  ).toBeLessThan(20_000);
  expect(readFileSync(path).length).toBeGreaterThan(50_000_000);
});
