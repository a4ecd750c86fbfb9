/** A leg's log as the next trunk job takes it in: the job that wrote it ran code of others, so nothing in it is believed unchecked. */

import { isOfLeg } from "../../engine/core/authority.ts";
import { branchFolder } from "../../engine/core/branch-folder.ts";
import { unfinished } from "../../engine/core/branch-result.ts";
import { reservedFor } from "../../engine/core/decide/budget.ts";
import { type BodyOf, type EventBody, parseEvent } from "../../engine/core/events.ts";
import type { Usage } from "../../engine/core/outcome.ts";
import type { Git } from "../../engine/git/process.ts";
import { WORK_REFUSED } from "../work/rejected-push.ts";
import { tooLarge, trusted, withinMeans } from "./branch-bounds.ts";
import type { LegResult } from "./branch-result.ts";
import type { ClaimedHop } from "./claim.ts";
import { commitProblem } from "./commit-check.ts";
import type { Leg } from "./leg.ts";

const MOST_EVENTS = 5_000;

export interface Collected {
  /** To append: its own events, checked, ending in exactly one `branch_completed` or a pause. */
  readonly events: readonly EventBody[];
  /** Its work, to be kept reachable; null when it brought none or none that is taken. */
  readonly commit: string | null;
  /** What it left was not taken: the events are ours, and say so. */
  readonly refused: boolean;
}

export async function collectLeg(
  git: Git,
  held: ClaimedHop,
  leg: Leg,
  brought: LegResult | null,
): Promise<Collected> {
  const reserved = reservedFor(held.state, leg.branch.key);
  const refuse = (why: string): Collected => ({
    events: [lost(leg, why, reserved)],
    commit: null,
    refused: true,
  });
  if (brought === null) return refuse("its job left no log: the runner was lost, or the job never started");
  if ("problem" in brought) return refuse(brought.problem);
  const lines = checkLines(held, leg, brought.events);
  if (typeof lines === "string") return refuse(lines);
  const events = lines.filter((event) => !isRefusal(event));
  const code = brought.work;
  const last = events.at(-1);
  const refused = lines.find(isRefusal);
  if (refused) {
    const spent = last?.event === "branch_completed" ? trusted(leg, last, reserved).result.usage : null;
    return { events: [withoutWork(leg, refused.message, reserved, spent)], commit: null, refused: true };
  }
  if (last?.event !== "branch_completed") {
    // It goes on in a later hop from the commit that its log names last.
    const commit = events.findLast(
      (event) => event.event === "stage_attempt_end" && event.commit && event.branch_key === leg.branch.key,
    );
    if (commit?.event === "stage_attempt_end" && commit.commit && commit.commit !== leg.base) {
      const problem = await commitProblem(git, leg.base, commit.commit, code);
      if (problem !== null) return refuse(problem);
    }
    return { events: withinMeans(events, reserved), commit: code, refused: false };
  }
  const { commit } = last.result;
  if (commit !== undefined && commit !== leg.base) {
    const problem = await commitProblem(git, leg.base, commit, code);
    if (problem !== null) return refuse(problem);
  }
  return {
    events: [...withinMeans(events.slice(0, -1), reserved), trusted(leg, last, reserved)],
    commit: code,
    refused: false,
  };
}

function checkLines(held: ClaimedHop, leg: Leg, lines: readonly unknown[]): EventBody[] | string {
  if (lines.length > MOST_EVENTS)
    return `its log has ${lines.length} lines; at most ${MOST_EVENTS} are taken`;
  const { key } = leg.branch;
  const events: EventBody[] = [];
  for (const line of lines) {
    const event = bodyOf(line);
    if (typeof event === "string") return `its log holds a line that is no event: ${event}`;
    // People answer to the coordinator; a leg that waits has paused.
    if (!isOfLeg(event, key) || event.event === "human_gate_answered")
      return `its log holds ${event.event}, which is not a branch's to say`;
    // The trunk has recorded the start already when the branch goes on.
    if (event.event === "branch_started" && held.state.scopes.has(event.branch_key)) continue;
    if (event.event !== "stage_heartbeat") events.push(event);
  }
  const ends = events.filter((event) => event.event === "branch_completed" && event.branch_key === key);
  if (ends.length > 1) return "its log ends the branch more than once";
  const last = events.findLast((event) => !isRefusal(event));
  if (last?.event === "leg_paused" && last.branch_key === key && ends.length === 0) return events;
  if (last?.event !== "branch_completed" || last.branch_key !== key)
    return "its job ended before the branch did";
  return tooLarge(last) ?? events;
}

/** It may stand behind the end: a branch's last push is made when all is recorded. */
const isRefusal = (event: EventBody): event is BodyOf<"warning"> =>
  event.event === "warning" && event.code === WORK_REFUSED;

function bodyOf(line: unknown): EventBody | string {
  try {
    const { seq: _seq, ts: _ts, run_id: _run, ...body } = parseEvent(line);
    return body as EventBody;
  } catch (error) {
    return String(error).slice(0, 300);
  }
}

/** A branch that brought nothing is charged what was set aside for it. */
const lost = (leg: Leg, why: string, reserved: number | null): BodyOf<"branch_completed"> =>
  failed(leg, `brought no result: ${why}`, { class: "transient_infra", mark: "lost" }, charge(reserved));

/** The remote took the branch's log and not its work: the same push would be refused again. */
const withoutWork = (
  leg: Leg,
  said: string,
  reserved: number | null,
  spent: readonly Usage[] | null,
): BodyOf<"branch_completed"> =>
  failed(
    leg,
    `ended without its work: ${said}`,
    { class: "deterministic", mark: WORK_REFUSED },
    spent ?? charge(reserved),
  );

const charge = (reserved: number | null): Usage[] =>
  reserved === null ? [] : [{ provider: "unknown", cost_usd: reserved }];

function failed(
  leg: Leg,
  what: string,
  {
    class: failureClass,
    mark,
  }: { readonly class: "transient_infra" | "deterministic"; readonly mark: string },
  usage: readonly Usage[],
): BodyOf<"branch_completed"> {
  const { key, start_node } = leg.branch;
  const reason = `branch ${key} ${what}`;
  const failure = { class: failureClass, signature: `${start_node}|${failureClass}|${mark}` };
  return {
    event: "branch_completed",
    branch_key: key,
    branch_logs_root: branchFolder(key),
    fan_node: leg.fan.node,
    fan_visit: leg.fan.visit,
    status: "fail",
    failure_reason: reason,
    failure_class: failure.class,
    failure_signature: failure.signature,
    result: {
      ...unfinished(leg.branch, "fail", "lost"),
      cause: { node_id: start_node, reason, ...failure, branch_key: key },
      usage: [...usage],
    },
  };
}
