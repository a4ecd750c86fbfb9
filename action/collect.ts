/** A leg's log as settle takes it: written by a job that ran strangers' work, so nothing in it is believed unchecked. */
import { isOfLeg } from "../engine/core/authority.ts";
import { unfinished } from "../engine/core/decide/fan.ts";
import type { BodyOf, EventBody } from "../engine/core/events.ts";
import { parseEvent } from "../engine/core/events.ts";
import { isAncestor } from "../engine/git/objects.ts";
import { fetchRef, listRefs } from "../engine/git/refs.ts";
import { gitLedger } from "../engine/ledger/git/git-ledger.ts";
import type { Held } from "./claim.ts";
import { type Leg, legRef } from "./leg.ts";
import type { JobPorts } from "./ports.ts";

const MOST_EVENTS = 5_000;

/** The events to append for one planned leg: its own, checked, ending in exactly one `branch_completed` or a pause. */
export async function collectLeg(ports: JobPorts, held: Held, runId: string, leg: Leg): Promise<EventBody[]> {
  const found = await newestLog(ports, held, runId, leg);
  if (found === null)
    return [lost(leg, "its job left no log: the runner was lost, or the job never started")];
  const checked = await check(ports, leg, found.events, found.ref);
  return typeof checked === "string" ? [lost(leg, checked)] : checked;
}

async function newestLog({ remote, job }: JobPorts, held: Held, runId: string, leg: Leg) {
  const own = legRef(held.state, runId, leg, 0).replace(/a0$/, "a");
  const refs = await listRefs(remote.repo, own);
  for (let attempt = job.attempt; attempt >= 1; attempt--) {
    const ref = `${own}${attempt}`;
    if (!refs.has(ref)) continue;
    const ledger = gitLedger({
      repo: remote.repo,
      runId,
      ref,
      openRef: null,
      now: () => new Date(),
      redact: (text) => text,
      pause: async () => undefined,
    });
    try {
      return { ref, events: (await ledger.read()).events };
    } catch (error) {
      return { ref, events: [], problem: error instanceof Error ? error.message : String(error) };
    }
  }
  return null;
}

async function check(
  ports: JobPorts,
  leg: Leg,
  lines: readonly unknown[],
  ref: string,
): Promise<EventBody[] | string> {
  if (lines.length === 0) return "its log cannot be read";
  if (lines.length > MOST_EVENTS)
    return `its log has ${lines.length} lines; at most ${MOST_EVENTS} are taken`;
  const { key } = leg.branch;
  const events: EventBody[] = [];
  for (const line of lines) {
    let event: EventBody;
    try {
      const { seq, ts, run_id, ...body } = parseEvent(line);
      event = body as EventBody;
    } catch (error) {
      return `its log holds a line that is no event: ${String(error).slice(0, 300)}`;
    }
    if (!isOfLeg(event, key)) return `its log holds ${event.event}, which is not a branch's to say`;
    if (event.event !== "stage_heartbeat") events.push(event);
  }
  const last = events.at(-1);
  if (last?.event === "leg_paused") return events;
  if (last?.event !== "branch_completed" || last.branch_key !== key)
    return "its job ended before the branch did";
  if (events.filter((event) => event.event === "branch_completed" && event.branch_key === key).length !== 1) {
    return "its log ends the branch more than once";
  }
  const problem = await commitProblem(ports, leg, last, ref);
  return problem ?? [...events.slice(0, -1), trusted(leg, last)];
}

/** What identifies the branch comes from the plan, not from the leg. */
const trusted = (leg: Leg, end: BodyOf<"branch_completed">): EventBody => ({
  ...end,
  fan_node: leg.fan.node,
  fan_visit: leg.fan.visit,
  status: end.result.status,
  result: { ...end.result, ...leg.branch },
});

/** The commit it names must be what its code ref holds, pass git's checks, and descend from where the branch began. */
async function commitProblem(
  { remote }: JobPorts,
  leg: Leg,
  end: BodyOf<"branch_completed">,
  ref: string,
): Promise<string | null> {
  const { commit } = end.result;
  if (commit === undefined || commit === leg.base) return null;
  const held = await fetchRef(remote.repo, `${ref}-code`, "refs/seen/collect", "whole");
  if (held !== commit)
    return `it names commit ${commit.slice(0, 12)} but its work is at ${held?.slice(0, 12) ?? "no ref"}`;
  if (leg.base !== null && !(await isAncestor(remote.repo.git, leg.base, commit))) {
    return `its work does not descend from ${leg.base.slice(0, 12)}, where the branch began`;
  }
  return null;
}

function lost(leg: Leg, why: string): EventBody {
  const reason = `branch ${leg.branch.key} brought no result: ${why}`;
  const failure = { class: "transient_infra" as const, signature: `${leg.branch.key}|transient_infra|lost` };
  return {
    event: "branch_completed",
    branch_key: leg.branch.key,
    fan_node: leg.fan.node,
    fan_visit: leg.fan.visit,
    status: "fail",
    failure_reason: reason,
    failure_class: failure.class,
    failure_signature: failure.signature,
    result: {
      ...unfinished(leg.branch, "fail", "lost"),
      cause: { node_id: leg.branch.start_node, reason, ...failure, branch_key: leg.branch.key },
    },
  };
}
