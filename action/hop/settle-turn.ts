/** A job that may only read took the trunk's turn: what it did comes by its artifact, and goes to ledger and code in one push. */
import type { RunState } from "../../engine/core/state.ts";
import { codeRef, DEFAULT_REF_PREFIX, handoffName } from "../../engine/git/names.ts";
import { LedgerError } from "../../engine/ledger/port.ts";
import { expectedOfTrunk } from "../handoff/expected.ts";
import { WORK } from "../handoff/format.ts";
import { readHandoff } from "../handoff/read.ts";
import { refusedEnd } from "../work/rejected-push.ts";
import { newestLegResult } from "./branch-result.ts";
import type { ClaimedHop } from "./claim.ts";
import { collectTrunk } from "./collect-trunk.ts";
import { endHop, type HopCloser, NOTHING } from "./hop-end.ts";
import type { CollectPorts } from "./settle-ports.ts";

export async function settleTurn(
  ports: CollectPorts,
  held: ClaimedHop,
  /** The run as its turn was handed on, a state of its own. */
  from: RunState,
  close: HopCloser | undefined,
): Promise<void> {
  const { remote, job, say } = ports;
  await say.step("Collect the trunk's turn", async () => {
    const expected = expectedOfTrunk(held, job.attempt);
    const artifacts = ports.artifacts();
    const brought = await newestLegResult(job.attempt, (attempt) =>
      readHandoff(artifacts, remote, { ...expected, sender: { ...expected.sender, attempt } }),
    );
    if (brought === null) {
      say.notice(LOST);
      return endHop(held, NOTHING, close);
    }
    const base = expected.known[0] ?? null;
    const taken = await collectTrunk(remote.repo.git, held, from, base, brought);
    const ref = codeRef(DEFAULT_REF_PREFIX, held.runId);
    const at = await remote.code(held.runId);
    try {
      const alongside = taken.commit === null ? [] : [{ ref, from: at, to: taken.commit }];
      await endHop(held, { events: taken.events, alongside }, close);
    } catch (error) {
      if (!(error instanceof LedgerError && error.code === "refused") || taken.commit === null) throw error;
      const refused = refusedEnd(error.message, WORK, handoffName(expected.sender));
      await endHop(held, { events: [...taken.events, refused], alongside: [] }, close);
    }
  });
}

const LOST =
  "the job that took the trunk's turn left no artifact: its runner was lost, or it never began. Its stages run again in the next hop";
