/** What can be read of branches from the run's own log alone. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { graph, named, ran, readJson, tool } from "./world.ts";

it("R-LIVE-3: starts, ends, retries and failures of branches stand in the run's log, each with its branch", async () => {
  const source =
    graph(`par [shape=component]; j [shape=tripleoctagon]; ${tool("late", "sleep 9", "timeout=60ms, max_retries=1, retry_policy=linear")}; ${tool("bad", "echo 'segfault in parser' >&2; exit 139")}; ${tool("good", "true")}
    s -> par; par -> late -> j; par -> bad -> j; par -> good -> j; j -> e [condition="outcome!=skipped"]`);
  const { log, root } = await ran(source);
  const of = (branch: string) =>
    log.filter((event) => "branch_key" in event && event.branch_key === branch).map(({ event }) => event);
  expect(of("par/v1/01-late")).toEqual(
    expect.arrayContaining([
      "branch_started",
      "stage_attempt_start",
      "stage_attempt_end",
      "retry_decision",
      "stage_retry_sleep",
      "branch_completed",
    ]),
  );
  expect(of("par/v1/02-bad").slice(0, 3)).toEqual([
    "branch_started",
    "stage_attempt_start",
    "stage_attempt_end",
  ]);
  const bad = named(log, "branch_completed").find((event) => event.branch_key === "par/v1/02-bad");
  expect(bad).toMatchObject({
    status: "fail",
    failure_reason: expect.stringContaining("segfault in parser"),
    result: { cause: { node_id: "bad" } },
  });
  // A branch's attempts lie below its own folder, which its lines name.
  for (const end of named(log, "stage_attempt_end").filter(
    (event) => event.branch_key !== undefined && event.stage_dir,
  )) {
    expect(end.stage_dir).toContain(join("parallel", end.branch_key ?? ""));
    expect(existsSync(join(root, end.stage_dir ?? "", "status.json"))).toBe(true);
  }
});

it("R-LIVE-4: at the end live.json names no stage, and the checkpoint the last one", async () => {
  const { root } = await ran(graph(`${tool("one", "true")}; s -> one -> e`));
  expect(readJson(join(root, "live.json"))).toMatchObject({ status: "success", current: [], fan_outs: [] });
  expect(readJson(join(root, "checkpoint.json"))).toMatchObject({ current_node: "e", status: "success" });
});
