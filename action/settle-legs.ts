/** What the branches of a hop brought, into the trunk's ledger: from their refs, or from their artifacts where they could write none. */
import type { Legs } from "../engine/core/legs.ts";
import { keptCommit } from "../engine/git/kept.ts";
import { DEFAULT_REF_PREFIX, keptRef } from "../engine/git/names.ts";
import { fetchRef, type RefUpdate } from "../engine/git/refs.ts";
import { newest } from "./brought.ts";
import type { Held } from "./claim.ts";
import { type Collected, collectLeg } from "./collect.ts";
import { endHop } from "./hop-end.ts";
import { legFolder, legRef } from "./leg.ts";
import { bringLegRefs, broughtByRef, type LegRefs } from "./leg-refs.ts";
import { expectedOfLeg } from "./parcel/expected.ts";
import { takeParcel } from "./parcel/take.ts";
import type { SettlePorts } from "./settle.ts";

export async function settleLegs(ports: SettlePorts, held: Held, legs: Legs): Promise<void> {
  const { remote, say, job, inputs } = ports;
  const { repo } = remote;
  const { fan } = legs;
  await say.step(`Collect ${legs.branches.length} branches`, async () => {
    const refs = await bringLegRefs(remote, legFolder(held.runId, fan));
    const artifacts = inputs.durability === "job" ? ports.artifacts() : null;
    const collected: Collected[] = [];
    for (const branch of legs.branches) {
      const leg = { branch, fan, base: fan.baseCommit };
      const brought = await newest(job.attempt, (tried) =>
        artifacts === null
          ? broughtByRef(repo.git, refs, held.runId, legRef(held.state, held.runId, leg, tried))
          : takeParcel(artifacts, remote, expectedOfLeg(held, leg, tried)),
      );
      collected.push(await collectLeg(repo.git, held, leg, brought));
    }
    const events = collected.flatMap((each) => each.events);
    await endHop(held, events, await refMoves(ports, held, refs, collected));
  });
}

/** Legs' refs go, in the same push; their work stays reachable by one commit (PROTOCOL.md, "Refs of a run"). */
async function refMoves(
  { remote }: SettlePorts,
  held: Held,
  refs: LegRefs,
  collected: readonly Collected[],
): Promise<RefUpdate[]> {
  const gone = [...refs.at].map(([ref, from]) => ({ ref, from, to: null }));
  const commits = collected.flatMap(({ commit }) => commit ?? []);
  if (commits.length === 0) return gone;
  const ref = keptRef(DEFAULT_REF_PREFIX, held.runId);
  const from = await fetchRef(remote.repo, ref, "refs/seen/kept", "tip");
  return [{ ref, from, to: await keptCommit(remote.repo.git, from, commits) }, ...gone];
}
