/** How a run begins: its first commit, by whoever starts it. */
import type { EventBody } from "../../engine/core/events.ts";
import { stamped } from "./look.ts";
import type { SimWorld } from "./model.ts";

const NOWHERE = "0".repeat(40);

export function startOf({ pipeline, coordinator, budgetUsd: usd }: SimWorld): EventBody {
  return {
    event: "run_started",
    schema_version: 1,
    graph: { name: pipeline.name, digest: "d" },
    goal: "g",
    inputs: {},
    config_digest: "c",
    engine_version: "0.1.0",
    coordinator,
    ...(usd === null
      ? {}
      : { budget: { usd, tokens: null, minutes: null, attempts: null, on_unknown: "allow" } }),
    base_sha: NOWHERE,
    github: { repository: "a/b", graph_sha: NOWHERE, durability: "stage" },
  };
}

/** In a trunk job: start, plan and claim at once. */
export const beginning = (world: SimWorld, by: { run_id: string; attempt: number }) =>
  [
    startOf(world),
    { event: "hop_planned", hop: 1, epoch: 1, plan: { kind: "trunk" }, why: "the run begins" } as const,
    { event: "hop_started", hop: 1, epoch: 1, by } as const,
  ].map((event) => stamped(world, event));
