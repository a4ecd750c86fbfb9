/** What the branches of a hop brought, into the trunk's ledger: from their refs, or from their artifacts where they could write none. */
import type { Legs } from "../../engine/core/legs.ts";
import { pushRefs, type RefUpdate } from "../../engine/git/refs.ts";
import { refusalIn } from "../../engine/ledger/git/refusal.ts";
import { LedgerError } from "../../engine/ledger/port.ts";
import { expectedOfLeg } from "../handoff/expected.ts";
import { readHandoff } from "../handoff/read.ts";
import { type LegResult, newestLegResult } from "./branch-result.ts";
import { type ClaimedHop, sinceClaim } from "./claim.ts";
import { type Collected, collectLeg } from "./collect.ts";
import { endHop } from "./hop-end.ts";
import { type Leg, legFolder, legRef } from "./leg.ts";
import { fetchLegRefs, type LegRefs, legResultByRef } from "./leg-refs.ts";
import { retainCommits } from "./retain-commits.ts";
import type { SettlePorts } from "./settle-ports.ts";

/** Each may be as large as a parcel may. */
const AT_ONCE = 4;

interface Part {
  readonly leg: Leg;
  readonly collected: Collected;
}

export async function settleLegs(
  ports: SettlePorts,
  held: ClaimedHop,
  { branches, fan }: Legs,
): Promise<void> {
  const { remote, say, inputs } = ports;
  const answered = answeredMeanwhile(held);
  await say.step(`Collect ${branches.length} branches`, async () => {
    const refs = await fetchLegRefs(remote, legFolder(held.runId, fan));
    const parts: Part[] = [];
    let began = inputs.durability === "job";
    for (let from = 0; from < branches.length; from += AT_ONCE) {
      const some = branches.slice(from, from + AT_ONCE).map(async (branch): Promise<Part[]> => {
        const leg = { branch, fan, base: fan.baseCommit };
        const brought = await legResultOf(ports, held, leg, refs);
        if (brought === null && answered.has(branch.key)) return [];
        began ||= brought !== null;
        return [{ leg, collected: await collectLeg(remote.repo.git, held, leg, brought) }];
      });
      parts.push(...(await Promise.all(some)).flat());
    }
    if (!began) {
      // A branch's first act is its ref: none ran a stage, since the job before them was lost. The next hop runs them,
      // and takes over what an earlier epoch left on its refs.
      // What the job before said reaches the others by outputs, and GitHub drops one that holds a masked value.
      const dropped =
        inputs.before === "success"
          ? "; if none was started, the outputs of the job before did not arrive: a secret of the repository must be a part of a branch's name"
          : "";
      say.notice(`no branch began; they run in the next hop${dropped}`);
      return await end(ports, held, [], new Map());
    }
    try {
      await end(ports, held, parts, refs.at);
    } catch (error) {
      const ours = inputs.durability === "job" && error instanceof LedgerError && error.code === "refused";
      if (!ours) throw error;
      const { taken, at } = await apart(ports, held, parts, refs.at);
      await end(ports, held, taken, at);
    }
  });
}

/** The matrix may have been made while these waited for people. One that no job ran is not lost: it goes on. */
function answeredMeanwhile({ snapshot }: ClaimedHop): Set<string> {
  return new Set(
    sinceClaim(snapshot.events).flatMap(({ event, branch_key }) =>
      event === "human_gate_answered" ? [String(branch_key)] : [],
    ),
  );
}

function legResultOf(
  ports: SettlePorts,
  held: ClaimedHop,
  leg: Leg,
  refs: LegRefs,
): Promise<LegResult | null> {
  const { remote, job, inputs } = ports;
  const { state, runId } = held;
  return newestLegResult(job.attempt, (tried) =>
    inputs.durability === "job"
      ? readHandoff(ports.artifacts(), remote, expectedOfLeg(held, leg, tried))
      : legResultByRef(remote, refs, runId, legRef(state, runId, leg, tried)),
  );
}

async function end(
  { remote }: SettlePorts,
  held: ClaimedHop,
  parts: readonly Part[],
  at: LegRefs["at"],
): Promise<void> {
  const commits = parts.flatMap(({ collected }) => collected.commit ?? []);
  // Legs' refs go in the same push.
  const gone = [...at].map(([ref, from]): RefUpdate => ({ ref, from, to: null }));
  const moves = [...(await retainCommits(remote, held.runId, commits)), ...gone];
  const events = parts.flatMap(({ collected }) => collected.events);
  await endHop(held, events, moves);
}

/**
 * No leg pushed its work, and the remote refuses all of it together: each leg's is offered alone, to the ref that it would have
 * had, and what is refused there fails its own branch.
 */
async function apart(
  { remote, job, redact }: SettlePorts,
  held: ClaimedHop,
  parts: readonly Part[],
  before: LegRefs["at"],
): Promise<{ taken: Part[]; at: LegRefs["at"] }> {
  const at = new Map(before);
  const taken: Part[] = [];
  for (const part of parts) {
    const { leg, collected } = part;
    const ref = `${legRef(held.state, held.runId, leg, job.attempt)}-code`;
    const { commit } = collected;
    const report =
      commit === null ? null : await pushRefs(remote.repo, [{ ref, from: at.get(ref) ?? null, to: commit }]);
    const refusal = report && refusalIn(report, ref);
    if (refusal) {
      const brought = { problem: `the remote refuses its work: ${redact(refusal).slice(0, 500)}` };
      taken.push({ leg, collected: await collectLeg(remote.repo.git, held, leg, brought) });
      continue;
    }
    if (commit !== null) at.set(ref, commit);
    taken.push(part);
  }
  return { taken, at };
}
