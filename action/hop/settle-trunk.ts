/** The trunk job could write nothing: what it did comes by its artifact, and goes to ledger and code in one push. */
import { codeRef, DEFAULT_REF_PREFIX, handoffName } from "../../engine/git/names.ts";
import { LedgerError } from "../../engine/ledger/port.ts";
import { expectedOfTrunk } from "../handoff/expected.ts";
import { WORK } from "../handoff/format.ts";
import { readHandoff } from "../handoff/read.ts";
import { refusedEnd } from "../work/rejected-push.ts";
import { newestLegResult } from "./branch-result.ts";
import { type ClaimedHop, claimedState } from "./claim.ts";
import { collectTrunk } from "./collect-trunk.ts";
import { endHop } from "./hop-end.ts";
import type { SettlePorts } from "./settle-ports.ts";

/** Why the hop stays open; null when it is settled. */
export async function settleTrunk(ports: SettlePorts, held: ClaimedHop): Promise<string | null> {
  const { remote, job, say } = ports;
  return say.step("Collect the trunk", async () => {
    const expected = expectedOfTrunk(held, job.attempt);
    const brought = await newestLegResult(job.attempt, (attempt) =>
      readHandoff(ports.artifacts(), remote, { ...expected, sender: { ...expected.sender, attempt } }),
    );
    if (brought === null && held.state.stop === null) return LOST_TRUNK;
    const taken =
      brought === null
        ? { events: [], commit: null }
        : await collectTrunk(remote.repo.git, held, claimedState(held), expected.known[0] ?? null, brought);
    const ref = codeRef(DEFAULT_REF_PREFIX, held.runId);
    const from = await remote.code(held.runId);
    try {
      const alongside = taken.commit === null ? [] : [{ ref, from, to: taken.commit }];
      await endHop(held, { events: taken.events, alongside });
    } catch (error) {
      if (!(error instanceof LedgerError && error.code === "refused") || taken.commit === null) throw error;
      const refused = refusedEnd(error.message, WORK, handoffName(expected.sender));
      await endHop(held, { events: [...taken.events, refused], alongside: [] });
    }
    return null;
  });
}

const LOST_TRUNK =
  'the trunk job left no artifact: its runner was lost, or it never began. The hop stays open: once this workflow run is over it is lost, and its stages run again; or press "Re-run failed jobs"';
