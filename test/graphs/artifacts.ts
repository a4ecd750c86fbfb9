/** What the seeds look for in what a run of the three large graphs leaves. */
import { globSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { expect } from "vitest";
import type { RunEvent } from "../../engine/core/events.ts";
import { prepare } from "../../engine/graph/prepare.ts";
import { finalOf, git, named } from "../local/world.ts";

export interface Fresh {
  readonly log: readonly RunEvent[];
  readonly root: string;
  readonly repo: string;
  readonly source: string;
}

/** Every check of the seeds that holds of any run of these graphs. */
export function holds({ log, root, repo, source }: Fresh): void {
  const final = finalOf(root);
  // One end, and every start has its own.
  expect(log.filter(({ event }) => /^run_(?:completed|failed|canceled)$/.test(event))).toEqual([log.at(-1)]);
  const attempt = (e: { branch_key?: string | undefined; node_id: string; visit: number; attempt: number }) =>
    `${e.branch_key ?? ""}/${e.node_id}/${e.visit}/${e.attempt}`;
  const started = named(log, "stage_attempt_start").map(attempt);
  expect(new Set(started).size).toBe(started.length);
  expect(named(log, "stage_attempt_end").map(attempt).sort()).toEqual(started.sort());
  const branches = named(log, "branch_started").map((e) => e.branch_key);
  expect(
    named(log, "branch_completed")
      .map((e) => e.branch_key)
      .sort(),
  ).toEqual(branches.sort());
  expect(named(log, "fanout_joined").length).toBe(named(log, "fanout_started").length);
  // The gate is the first that does anything.
  const first = named(log, "stage_attempt_start").find((e) => e.handler !== "start");
  expect(first?.node_id).toBe("toolchain");
  // Restarts only for what is of the surroundings; no join is tried again, slept for, or walked past when it failed.
  for (const restart of named(log, "loop_restart")) expect(restart.failure_class).toBe("transient_infra");
  expect(named(log, "stage_retry_sleep").filter((e) => /^join/.test(e.node_id))).toEqual([]);
  for (const end of named(log, "stage_attempt_end")) {
    if (end.handler !== "parallel.fan_in" || end.status !== "fail") continue;
    const next = log.find(
      (e) => e.event === "edge_selected" && e.seq > end.seq && e.from_node === end.node_id,
    );
    if (next?.event === "edge_selected") expect(next.condition).not.toBe("");
  }
  // Refs carry their prefix.
  const refs = git(repo, "for-each-ref", "--format=%(refname)").split("\n");
  expect(
    refs.filter((ref) => !/^refs\/(?:heads\/main$|heads\/attractor\/run\/|attractor\/)/.test(ref)),
  ).toEqual([]);
  expect(refs.some((ref) => ref.startsWith("refs/heads/attractor/run/"))).toBe(true);
  expect(refs.filter((ref) => ref.includes("//") || ref.startsWith("refs/heads/parallel"))).toEqual([]);
  // The graph as it was run: six guarded restarts, and the times of commands.
  const pipeline = prepare(source).pipeline!;
  const restarts = [...pipeline.out.values()].flat().filter((route) => route.loopRestart);
  expect(restarts).toHaveLength(6);
  for (const route of restarts)
    expect(route.conditionText).toContain("context.failure_class=transient_infra");
  expect(pipeline.attrs.get("default_command_timeout_ms")).toBe("60000");
  expect(pipeline.attrs.get("max_command_timeout_ms")).toBe("600000");
  // What is read afterwards.
  if (final.status !== "success") expect(final.failure_reason).toMatch(/\S/);
  for (const path of globSync("**/*.{ndjson,json,log,md}", { cwd: root }))
    if (statSync(join(root, path)).isFile())
      expect(readFileSync(join(root, path), "utf8"), path).not.toMatch(
        /requires --verbose|stream-json contract/,
      );
}

/** How often each agent stage was tried. */
export const attemptsOf = ({ log, source }: Fresh): [string, number][] => {
  const agents = [...prepare(source).pipeline!.stages.values()].filter(({ handler }) => handler === "agent");
  return agents.map(({ id }) => [
    id,
    named(log, "stage_attempt_start").filter((e) => e.node_id === id).length,
  ]);
};
