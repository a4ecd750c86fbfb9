/**
 * The claim of a hop whose earlier claim was lost, where stage jobs may write nothing: what its jobs had finished lies in
 * artifacts that no settle took. It is taken now, with the claim itself, so that none of it runs again (docs/decisions/070).
 */
import { parseEvent, type RunEvent } from "../../engine/core/events.ts";
import { foldAll } from "../../engine/core/fold.ts";
import { plannedLegs } from "../../engine/core/legs.ts";
import { codeRef, DEFAULT_REF_PREFIX } from "../../engine/git/names.ts";
import type { LedgerEvent } from "../../engine/ledger/port.ts";
import type { Artifacts } from "../handoff/artifact-service.ts";
import { type Expected, expectedOfLeg, expectedOfTrunk } from "../handoff/expected.ts";
import { readHandoff } from "../handoff/read.ts";
import { newestLegResult } from "./branch-result.ts";
import { type ClaimExtras, type ClaimedHop, NO_EXTRAS } from "./claim.ts";
import { type Collected, collectLeg } from "./collect.ts";
import { collectTrunk } from "./collect-trunk.ts";
import type { Remote } from "./remote.ts";
import { retainCommits } from "./retain-commits.ts";

/** GitHub runs no workflow run again more often. */
const MOST_ATTEMPTS = 50;

/** `past`: the artifacts of a workflow run, by its id. */
export async function takeOver(
  remote: Remote,
  held: ClaimedHop,
  past: (workflowRun: string) => Artifacts,
): Promise<ClaimExtras> {
  const { pipeline, state, snapshot, runId } = held;
  const log = snapshot.events.map(parseEvent);
  const at = log.findLastIndex((event) => event.event === "hop_started" && event.hop === state.hop?.hop);
  const before = log[at];
  if (before?.event !== "hop_started" || state.stop) return NO_EXTRAS;
  const artifacts = past(before.by.run_id);
  const { git } = remote.repo;
  const look = (expected: (attempt: number) => Expected) =>
    newestLegResult(MOST_ATTEMPTS, async (attempt) => {
      const { sender, ...rest } = expected(attempt);
      return readHandoff(artifacts, remote, { ...rest, sender: { ...sender, epoch: before.epoch } });
    });
  const legs = plannedLegs(pipeline, state);
  if (legs === null) {
    const expected = expectedOfTrunk(held, 1);
    const brought = await look((attempt) => expectedOfTrunk(held, attempt));
    if (brought === null || "problem" in brought) return NO_EXTRAS;
    const rest = { ...brought, events: unknownOf(brought.events, log.slice(at + 1)) };
    const { events, commit, refused } = await collectTrunk(
      git,
      held,
      foldAll(pipeline, log),
      expected.known[0] ?? null,
      rest,
    );
    if (refused) return NO_EXTRAS;
    const ref = codeRef(DEFAULT_REF_PREFIX, runId);
    return {
      events,
      alongside: commit === null ? [] : [{ ref, from: await remote.code(runId), to: commit }],
    };
  }
  const taken: Collected[] = [];
  for (const branch of legs.branches) {
    const leg = { branch, fan: legs.fan, base: legs.fan.baseCommit };
    const brought = await look((attempt) => expectedOfLeg(held, leg, attempt));
    if (brought === null) continue;
    const collected = await collectLeg(git, held, leg, brought);
    const over = collected.events.some((event) => event.event === "branch_completed");
    if (over && !collected.refused) taken.push(collected);
  }
  const commits = taken.flatMap(({ commit }) => commit ?? []);
  const events = taken.flatMap((each) => each.events);
  return { events, alongside: await retainCommits(remote, runId, commits) };
}

/** The coordinator decides as far as it may before it plans, so that the log has the first of the trunk's lines already. */
function unknownOf(lines: readonly LedgerEvent[], since: readonly RunEvent[]): LedgerEvent[] {
  const text = ({ seq: _seq, ts: _ts, run_id: _run, ...body }: RunEvent) => JSON.stringify(body);
  let known = 0;
  for (const event of since) {
    const line = lines[known];
    if (line !== undefined && text(event) === text(parseEvent(line))) known++;
  }
  return lines.slice(known);
}
