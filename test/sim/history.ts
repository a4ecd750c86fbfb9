/** Who wrote what, commit by commit: the holder alone works and settles, who plans claims, and nothing that was stored is lost. */
import type { RunEvent } from "../../engine/core/events.ts";
import { asEvent, type Commit } from "./ledgers.ts";
import { legRef } from "./leg-refs.ts";
import { onlyReads, type SimWorld } from "./model.ts";

/** Joins, plans, questions, ends: the run's coordinator's. */
const DECISIONS: ReadonlySet<string> = new Set([
  "fanout_joined",
  "hop_planned",
  "human_gate_waiting",
  "run_completed",
  "run_failed",
  "run_canceled",
]);
const ENDS = /^run_(?:completed|failed|canceled)$/;

interface Hop {
  hop: number;
  epoch: number;
  run: string;
  attempt: number;
  status: "planned" | "claimed" | "over";
}

interface Writer {
  readonly name: string;
  /** The job of a workflow run; null for people and sweeps. */
  readonly job: { readonly kind: string; readonly run: string; readonly attempt: number } | null;
}

export function historyProblems(world: SimWorld): string[] {
  const line = lineOf(world.refs.heads.get("trunk") ?? null);
  const kept = new Set(line);
  const found = [...world.refs.commits.values()]
    .filter((each) => each.ref === "trunk" && !kept.has(each))
    .map((each) => `commit ${each.id} of ${each.writer} was lost from the history`);
  let hop: Hop = { hop: 0, epoch: 0, run: "", attempt: 0, status: "over" };
  for (const commit of line) {
    const by = writerOf(commit.writer);
    const events = commit.events.map(asEvent);
    const loses = events.some(({ event }) => event === "hop_lost");
    if (world.coordinator === "app" && by.job !== null && commit.parent !== null)
      for (const event of events)
        if (DECISIONS.has(event.event) && !isOfBranch(event))
          found.push(`${by.name}: ${event.event} is the app's`);
    for (const event of events) {
      const problem = problemOf(world, event, hop, by, loses);
      if (problem !== null) found.push(`${by.name}: ${problem}; the hop was ${JSON.stringify(hop)}`);
      hop = after(hop, event);
    }
    // No job of a round leaves a plan behind that somebody else would have to dispatch.
    if (by.job?.kind === "trunk" && hop.status === "planned")
      found.push(`${by.name} planned and did not claim`);
  }
  return found;
}

const isOfBranch = (event: RunEvent): boolean => "branch_key" in event && event.branch_key !== undefined;

function lineOf(head: Commit | null): Commit[] {
  const line: Commit[] = [];
  for (let at = head; at !== null; at = at.parent) line.push(at);
  return line.reverse();
}

export function writerOf(name: string): Writer {
  const [, kind, run, attempt] = /^(trunk|legs|privileged|next|canceled).* of (\d+)\.(\d+)$/.exec(name) ?? [];
  return { name, job: kind && run ? { kind, run, attempt: Number(attempt) } : null };
}

function after(hop: Hop, event: RunEvent): Hop {
  switch (event.event) {
    case "hop_planned":
      return { hop: event.hop, epoch: event.epoch, run: "", attempt: 0, status: "planned" };
    case "hop_started": {
      const { run_id: run, attempt } = event.by;
      return { hop: event.hop, epoch: event.epoch, run, attempt, status: "claimed" };
    }
    case "hop_settled":
    case "hop_lost":
      return { ...hop, status: "over" };
    default:
      return hop;
  }
}

function problemOf(
  world: SimWorld,
  event: RunEvent,
  hop: Hop,
  { job }: Writer,
  loses: boolean,
): string | null {
  const isClaimed = hop.status === "claimed";
  const isHolder = isClaimed && job?.run === hop.run && job.attempt === hop.attempt;
  const ofHolder = isClaimed && job?.run === hop.run && job.attempt >= hop.attempt;
  if (event.event === "hop_planned") {
    if (event.epoch <= hop.epoch) return `planned epoch ${event.epoch} again`;
    if (hop.status !== "over") return `planned hop ${event.hop} over another`;
  }
  if (event.event === "hop_started") {
    const isNew = hop.status === "planned" && event.hop === hop.hop && event.epoch === hop.epoch;
    const isAgain =
      isClaimed &&
      event.by.run_id === hop.run &&
      event.by.attempt > hop.attempt &&
      event.epoch > hop.epoch &&
      event.hop === hop.hop;
    if (!isNew && !isAgain) return `claimed ${event.hop}.${event.epoch}`;
    if (job?.run !== event.by.run_id || job.attempt !== event.by.attempt) return "claimed for another";
  }
  if (event.event === "hop_settled" && (!ofHolder || event.hop !== hop.hop || event.epoch !== hop.epoch))
    return `settled ${event.hop}.${event.epoch}`;
  if (
    event.event === "stage_attempt_start" &&
    event.branch_key === undefined &&
    event.handler === "tool" &&
    // What a job did that may only read is written by whoever ends the hop.
    !(onlyReads(world, event.node_id) ? ofHolder : isHolder)
  )
    return `started ${event.node_id}`;
  const ofLeg = isOfBranch(event);
  const isAnswer = event.event === "human_gate_answered" || event.event === "human_gate_waiting";
  // Without a hop the coordinator ends what its own deadlines, stops and restarts leave of branches.
  if (ofLeg && isClaimed && !ofHolder && !loses && !isAnswer) return `wrote ${event.event} of a branch`;
  if (DECISIONS.has(event.event) && !ofLeg && isClaimed && !isHolder) return `decided ${event.event}`;
  if (ENDS.test(event.event) && isClaimed) return "ended the run within a hop";
  if (event.event === "branch_completed" && event.result.left_by === "lost" && job !== null)
    for (let attempt = 1; attempt <= job.attempt; attempt++)
      if (world.endedLegs.has(legRef(event.branch_key, hop.epoch, attempt)))
        return `called ${event.branch_key} lost, which had ended`;
  return null;
}
