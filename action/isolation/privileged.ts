/**
 * Stages that the graph marks `privileged=true` need sudo or docker, so nothing keeps them from the job's token: they run
 * only where that token can write nothing, and a run's summary names those that ran.
 */
import type { EventBody } from "../../engine/core/events.ts";
import { privilegedIn } from "../../engine/core/read-only-stages.ts";
import type { Pipeline } from "../../engine/graph/pipeline.ts";
import type { LedgerEvent } from "../../engine/ledger/port.ts";
import type { Inputs } from "../inputs.ts";

/** What ends a run here before any stage; null when all of them may run. */
export function privilegedRefused(
  pipeline: Pipeline,
  { part, durability, readOnly }: Pick<Inputs, "durability" | "part" | "readOnly">,
): EventBody | null {
  const names = privilegedIn(pipeline);
  if (names.length === 0 || durability === "job" || readOnly !== "none") return null;
  const fix =
    part === "single"
      ? "give the job `permissions: contents: read` and the action `durability: job`"
      : "write `jobs: { privileged: allow }` into .github/attractor.yml and run `attractor init --upgrade`";
  return {
    event: "run_aborted",
    reason: `${named(names)} marked privileged=true, and this job's token can write: ${fix}, or remove privileged`,
    failure_class: "deterministic",
    by: "the job",
  };
}

/** For the summary; null when none ran. */
export function privilegedRan(pipeline: Pipeline, events: readonly LedgerEvent[]): string | null {
  const started = new Set(
    events.flatMap((event) => (event.event === "stage_attempt_start" ? [event.node_id] : [])),
  );
  const names = privilegedIn(pipeline).filter((name) => started.has(name));
  return names.length === 0
    ? null
    : `privileged stages ran, with sudo and docker where the runner has them: ${names.join(", ")}`;
}

/** What a summary says beside the report: whose rights stages had, and where the work went. */
export const remarksOn = (
  pipeline: Pipeline,
  events: readonly LedgerEvent[],
  published: { readonly said: string } | null,
): string | null => [privilegedRan(pipeline, events), published?.said].filter(Boolean).join("; ") || null;

const named = (names: readonly string[]): string =>
  names.length === 1 ? `stage ${names[0]} is` : `stages ${names.join(", ")} are`;
