/** A leg's log as settle takes it: written by a job that ran strangers' work, so nothing in it is believed unchecked. */
import { isOfLeg } from "../engine/core/authority.ts";
import { reservedFor } from "../engine/core/decide/budget.ts";
import { unfinished } from "../engine/core/decide/fan.ts";
import type { BodyOf, EventBody } from "../engine/core/events.ts";
import { parseEvent } from "../engine/core/events.ts";
import { listFiles } from "../engine/git/objects.ts";
import type { Git } from "../engine/git/process.ts";
import { readGitLog } from "../engine/ledger/git/log.ts";
import type { LedgerEvent } from "../engine/ledger/port.ts";
import type { Held } from "./claim.ts";
import { commitProblem } from "./commit-check.ts";
import { type Leg, legRef } from "./leg.ts";
import type { LegRefs } from "./leg-refs.ts";
import { tooLarge, trusted, withinMeans } from "./trusted.ts";

const MOST_EVENTS = 5_000;
const MOST_LOG_BYTES = 16 * 1024 * 1024;

export interface Collected {
  /** To append: its own events, checked, ending in exactly one `branch_completed` or a pause. */
  readonly events: readonly EventBody[];
  /** Its work, to be kept reachable; null when it brought none or none that is taken. */
  readonly commit: string | null;
}

/** `attempt`: of the workflow run that settles; what a later one wrote is not its to take. */
export async function collectLeg(
  git: Git,
  refs: LegRefs,
  held: Held,
  leg: Leg,
  attempt: number,
): Promise<Collected> {
  const reserved = reservedFor(held.state, leg.branch.key);
  const refuse = (why: string): Collected => ({ events: [lost(leg, why, reserved)], commit: null });
  const log = await newestLog(git, refs, held, leg, attempt);
  if (log === null) return refuse("its job left no log: the runner was lost, or the job never started");
  if ("problem" in log) return refuse(log.problem);
  const events = checkLines(held, leg, log.events);
  if (typeof events === "string") return refuse(events);
  const code = refs.at.get(`${log.ref}-code`) ?? null;
  const last = events.at(-1);
  if (last?.event !== "branch_completed") {
    // It goes on in a later hop from the commit that its log names last.
    const commit = events.findLast(
      (event) => event.event === "stage_attempt_end" && event.commit && event.branch_key === leg.branch.key,
    );
    if (commit?.event === "stage_attempt_end" && commit.commit && commit.commit !== leg.base) {
      const problem = await commitProblem(git, leg.base, commit.commit, code);
      if (problem !== null) return refuse(problem);
    }
    return { events: withinMeans(events, reserved), commit: code };
  }
  const { commit } = last.result;
  if (commit !== undefined && commit !== leg.base) {
    const problem = await commitProblem(git, leg.base, commit, code);
    if (problem !== null) return refuse(problem);
  }
  return {
    events: [...withinMeans(events.slice(0, -1), reserved), trusted(leg, last, reserved)],
    commit: code,
  };
}

type Log = { readonly ref: string } & (
  | { readonly events: readonly LedgerEvent[] }
  | { readonly problem: string }
);

/** Of this epoch and no later attempt; one that ended its branch is better than a newer one that did not. */
async function newestLog(
  git: Git,
  refs: LegRefs,
  held: Held,
  leg: Leg,
  attempt: number,
): Promise<Log | null> {
  let best: Log | null = null;
  for (let tried = attempt; tried >= 1; tried--) {
    const ref = legRef(held.state, held.runId, leg, tried);
    const at = refs.at.get(ref);
    if (at === undefined) continue;
    const log = await readLog(git, refs, held.runId, ref, at);
    if ("events" in log && log.events.some((event) => event.event === "branch_completed")) return log;
    if (best === null || "problem" in best) best = log;
  }
  return best;
}

async function readLog(git: Git, refs: LegRefs, runId: string, ref: string, at: string): Promise<Log> {
  const refused = refs.refused.get(ref);
  if (refused !== undefined) return { ref, problem: refused };
  try {
    const files = await listFiles(git, at, ["."]);
    const bytes = files.reduce((sum, file) => sum + file.bytes, 0);
    if (bytes > MOST_LOG_BYTES)
      return { ref, problem: `its log has ${bytes} bytes; at most ${MOST_LOG_BYTES} are taken` };
    return { ref, events: (await readGitLog(git, runId, at, null)).events };
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return { ref, problem: `its log cannot be read: ${why.slice(0, 500)}` };
  }
}

function checkLines(held: Held, leg: Leg, lines: readonly unknown[]): EventBody[] | string {
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
  const last = events.at(-1);
  if (last?.event === "leg_paused" && last.branch_key === key && ends.length === 0) return events;
  if (last?.event !== "branch_completed" || last.branch_key !== key)
    return "its job ended before the branch did";
  return tooLarge(last) ?? events;
}

function bodyOf(line: unknown): EventBody | string {
  try {
    const { seq: _seq, ts: _ts, run_id: _run, ...body } = parseEvent(line);
    return body as EventBody;
  } catch (error) {
    return String(error).slice(0, 300);
  }
}

/** A branch that brought nothing is charged what was set aside for it (PROTOCOL.md, "Budgets"). */
function lost(leg: Leg, why: string, reserved: number | null): BodyOf<"branch_completed"> {
  const { key, start_node } = leg.branch;
  const reason = `branch ${key} brought no result: ${why}`;
  const failure = { class: "transient_infra" as const, signature: `${start_node}|transient_infra|lost` };
  return {
    event: "branch_completed",
    branch_key: key,
    fan_node: leg.fan.node,
    fan_visit: leg.fan.visit,
    status: "fail",
    failure_reason: reason,
    failure_class: failure.class,
    failure_signature: failure.signature,
    result: {
      ...unfinished(leg.branch, "fail", "lost"),
      cause: { node_id: start_node, reason, ...failure, branch_key: key },
      usage: reserved === null ? [] : [{ provider: "unknown", cost_usd: reserved }],
    },
  };
}
