/** What people see of the workflow runs: branches in their rounds, colours that tell the truth, a cancel that somebody asked for. */

import { writerOf } from "./history.ts";
import type { SimWorld } from "./model.ts";
import type { SimRun } from "./workflow-run.ts";

export function workflowProblems(world: SimWorld): string[] {
  const found = world.legs
    .filter(({ told, took }) => told !== took)
    .map(({ job, told, took }) => `${job} is of hop ${told} and ran a branch of hop ${took}`);
  found.push(...world.left.map((job) => `${job} left what was its to do`));
  const end = world.refs.heads.get("trunk");
  const last = end?.all.at(-1)?.event;
  if (last === "run_canceled" && !world.asked) found.push("the run ended canceled and nobody had asked");
  const writer = writerOf(end?.writer ?? "").job;
  const took = new Set(world.log().flatMap((line) => (line.event === "hop_started" ? [line.by.run_id] : [])));
  const planned = world.log().findLast((line) => line.event === "hop_planned");
  const isUnclaimed = !world
    .log()
    .some(
      ({ event, ...line }) => event === "hop_started" && "epoch" in line && line.epoch === planned?.epoch,
    );
  const wasFor = ({ input }: SimRun): boolean =>
    isUnclaimed && input?.hop === planned?.hop && input?.epoch === planned?.epoch;
  const endedAt = Date.parse(end?.all.at(-1)?.ts ?? "");
  for (const run of world.github.runs.values()) {
    // What GitHub or a person did to it is red or grey whatever the run did.
    if (!run.completed || run.mishap || run.canceled || run.nodes.size === 0) continue;
    const isRed = run.conclusion === "failure";
    // A re-run reads from the log who took part, and not who wrote the end: a job of its first attempt may live and write it later.
    const sawIt = (took.has(run.id) || wasFor(run)) && run.endedAt > endedAt;
    const knows = writer?.attempt === run.attempt || sawIt;
    if (last === "run_failed" && writer?.run === run.id && knows && !isRed)
      found.push(`the run failed in workflow run ${run.id}, which is ${run.conclusion}`);
    const mayBeRed = last === "run_failed" && (writer?.run === run.id || sawIt);
    if (run.conclusion !== "success" && !mayBeRed)
      found.push(`workflow run ${run.id} is ${run.conclusion}, and the run ${last}${reds(run)}`);
  }
  return found;
}

const reds = (run: SimRun): string =>
  `: ${[...run.nodes.values()].flatMap(({ jobs }) => jobs.flatMap((job) => (job.result === "success" ? [] : [`${job.life.name} ${job.result}`]))).join(", ")}`;
