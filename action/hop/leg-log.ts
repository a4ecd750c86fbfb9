/**
 * How a leg's log begins: with the branch's start, or with what an earlier epoch or attempt of the same leg brought, so
 * that a finished branch is never run again and a broken one goes on (docs/decisions/070).
 */
import { branchFolder } from "../../engine/core/branch-folder.ts";
import type { RunState } from "../../engine/core/state.ts";
import { fetchRef, listRefs } from "../../engine/git/refs.ts";
import { unstamped } from "../../engine/ledger/envelope.ts";
import { LedgerError, type NewEvent } from "../../engine/ledger/port.ts";
import type { Leg } from "./leg.ts";
import type { Remote } from "./remote.ts";

export interface Begun {
  /** The ref whose log this one continues. */
  readonly adopted: string | null;
  /** What the leg's code ref holds. */
  readonly code: string | null;
}

export async function openLeg(
  remote: Remote,
  runId: string,
  state: RunState,
  leg: Leg,
  ref: string,
  /** Of the hop that the trunk has this branch's log from (`collectedIn`): older ones are behind that. */
  since: number,
): Promise<Begun> {
  const before = await earlier(remote, runId, ref, since);
  const first = before?.events ?? [legBeginning(state, leg)];
  try {
    await remote.legLedger(runId, ref).create(first);
  } catch (error) {
    // The same job, begun twice: what stands is what it wrote.
    if (!(error instanceof LedgerError && error.code === "exists")) throw error;
    return { adopted: ref, code: await codeOf(remote, ref) };
  }
  if (before === null) return { adopted: null, code: null };
  const code = await codeOf(remote, before.ref);
  if (code === null) return { adopted: before.ref, code };
  // Where a new ref is refused the work goes with the next push, in whatever way that one may.
  const moved = await remote.move([{ ref: `${ref}-code`, from: null, to: code }]).then(
    () => true,
    () => false,
  );
  return { adopted: before.ref, code: moved ? code : null };
}

const codeOf = (remote: Remote, ref: string): Promise<string | null> =>
  fetchRef(remote.repo, `${ref}-code`, "refs/seen/leg-code", "whole");

/** The newest log of the same leg under an older epoch or attempt; one that ended is better than a newer one that did not. */
async function earlier(remote: Remote, runId: string, own: string, since: number) {
  const folder = own.slice(0, own.lastIndexOf("/") + 1);
  const refs = [...(await listRefs(remote.repo, folder)).keys()].flatMap((ref) => {
    const [, epoch, attempt] = /\/e(\d+)a(\d+)$/.exec(ref) ?? [];
    return epoch && attempt && Number(epoch) > since && ref !== own
      ? [{ ref, age: Number(epoch) * 1e4 + Number(attempt) }]
      : [];
  });
  let best: { ref: string; events: NewEvent[] } | null = null;
  for (const { ref } of refs.sort((a, b) => b.age - a.age)) {
    const log = await remote.legLedger(runId, ref).read();
    const events = log.events.map(unstamped).filter((event) => event.event !== "leg_paused");
    const over = log.events.some((event) => event.event === "branch_completed");
    if (over) return { ref, events };
    best ??= { ref, events };
  }
  return best;
}

/** The trunk may know the branch already: it waited, or its time was up. */
export function legBeginning(state: RunState, { branch, fan }: Leg): NewEvent {
  const ts = new Date().toISOString();
  if (state.scopes.has(branch.key)) {
    const message = `branch ${branch.key} goes on`;
    return { ts, event: "warning", branch_key: branch.key, code: "leg_continues", message };
  }
  return {
    ts,
    event: "branch_started",
    branch_key: branch.key,
    branch_logs_root: branchFolder(branch.key),
    node_id: branch.start_node,
    fan_node: fan.node,
    fan_visit: fan.visit,
    index: branch.index,
  };
}
