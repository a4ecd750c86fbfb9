/** What the branches of a hop brought, into the trunk's ledger: from their refs, or from their artifacts where they could write none. */
import type { PlannedBranch } from "../../engine/core/events/flow.ts";
import type { Legs } from "../../engine/core/legs.ts";
import { isReadOnlyBranch } from "../../engine/core/read-only.ts";
import { pushRefs, type RefUpdate } from "../../engine/git/refs.ts";
import { readTogether } from "../../engine/git/trees.ts";
import { refusalIn } from "../../engine/ledger/git/refusal.ts";
import { LedgerError } from "../../engine/ledger/port.ts";
import { once } from "../../engine/once.ts";
import type { Artifacts } from "../handoff/artifact-service.ts";
import { expectedOfLeg } from "../handoff/expected.ts";
import { hasEnded, isWhole, type LegResult, newestLegResult } from "./branch-result.ts";
import { type ClaimedHop, sinceClaim } from "./claim.ts";
import { type Collected, collectLeg } from "./collect.ts";
import { endHop, type HopCloser, NOTHING } from "./hop-end.ts";
import { type Leg, legFolder, legRef } from "./leg.ts";
import { fetchLegRefs, type LegRefs, legResultByRef } from "./leg-refs.ts";
import { retainCommits } from "./retain-commits.ts";
import type { CollectPorts } from "./settle-ports.ts";

/** Each may be as large as a parcel may. */
const AT_ONCE = 4;
/** A read may lag behind the push of a branch that has just ended. */
const LOOK_AGAIN_MS = [1_000, 2_000, 4_000, 8_000];

interface Part {
  readonly leg: Leg;
  readonly collected: Collected;
}

export async function settleLegs(
  ports: CollectPorts,
  held: ClaimedHop,
  legs: Legs,
  close?: HopCloser,
): Promise<void> {
  const { remote, say, inputs } = ports;
  const { branches, fan } = legs;
  const answered = answeredMeanwhile(held);
  await say.step(`Collect ${branches.length} branches`, async () => {
    const { refs, brought } = await bring(ports, held, legs, answered);
    const began = brought.some((result) => result !== null);
    if (!began) {
      // A branch's first act is its ref: none ran a stage, since the job before them was lost. The next hop runs them,
      // and takes over what an earlier epoch left on its refs.
      say.notice("no branch began; they run in the next hop");
      return await endHop(held, NOTHING, close);
    }
    const { git } = remote.repo;
    await readTogether(
      git,
      [fan.baseCommit, ...brought.map(workOf)].filter((commit) => commit !== null),
    );
    const parts = await inGroups(branches, async (branch, n): Promise<Part[]> => {
      const result = brought[n] ?? null;
      if (result === null && answered.has(branch.key)) return [];
      const leg = legOf(branch, fan);
      return [{ leg, collected: await collectLeg(git, held, leg, result) }];
    });
    try {
      await end(ports, held, parts.flat(), refs.at, close);
    } catch (error) {
      const ours = inputs.readOnly !== "none" && error instanceof LedgerError && error.code === "refused";
      if (!ours) throw error;
      const { taken, at } = await apart(ports, held, parts.flat(), refs.at);
      await end(ports, held, taken, at, close);
    }
  });
}

/** All that the branches wrote; looked at again while one of them has not said that it is over, as a read may be old. */
async function bring(
  ports: CollectPorts,
  held: ClaimedHop,
  { branches, fan }: Legs,
  answered: ReadonlySet<string>,
): Promise<{ refs: LegRefs; brought: (LegResult | null)[] }> {
  const artifacts = once(ports.artifacts);
  /** Whoever leaves an artifact is over by now, as is a branch whose log says so. */
  const taken = new Map<number, LegResult | null>();
  for (let looks = 0; ; looks++) {
    const refs = await fetchLegRefs(ports.remote, legFolder(held.runId, fan));
    const brought = await inGroups(branches, async (branch, n) => {
      const before = taken.get(n);
      if (before !== undefined) return before;
      const leg = legOf(branch, fan);
      const inArtifact = byArtifact(ports, held, fan, branch);
      const result = inArtifact
        ? await legResultInArtifact(ports, held, leg, artifacts())
        : await legResultOnRef(ports, held, leg, refs);
      if (inArtifact || (result !== null && hasEnded(result))) taken.set(n, result);
      return result;
    });
    const wait = LOOK_AGAIN_MS[looks];
    const isOld = (result: LegResult | null, n: number) =>
      !byArtifact(ports, held, fan, branches[n]!) &&
      (result === null ? !answered.has(branches[n]!.key) : !isWhole(result));
    if (wait === undefined || !brought.some(isOld)) return { refs, brought };
    await ports.pause(wait / ports.pace);
  }
}

const workOf = (result: LegResult | null): string | null =>
  result !== null && "work" in result ? result.work : null;

const legOf = (branch: PlannedBranch, fan: Legs["fan"]): Leg => ({ branch, fan, base: fan.baseCommit });

async function inGroups<T, R>(all: readonly T[], work: (one: T, index: number) => Promise<R>): Promise<R[]> {
  const done: R[] = [];
  for (let from = 0; from < all.length; from += AT_ONCE) {
    const some = all.slice(from, from + AT_ONCE).map((one, n) => work(one, from + n));
    done.push(...(await Promise.all(some)));
  }
  return done;
}

/** The matrix may have been made while these waited for people. One that no job ran is not lost: it goes on. */
function answeredMeanwhile({ snapshot }: ClaimedHop): Set<string> {
  return new Set(
    sinceClaim(snapshot.events).flatMap(({ event, branch_key }) =>
      event === "human_gate_answered" ? [String(branch_key)] : [],
    ),
  );
}

const legResultOnRef = (
  { remote, job }: CollectPorts,
  { state, runId }: ClaimedHop,
  leg: Leg,
  refs: LegRefs,
): Promise<LegResult | null> =>
  newestLegResult(job.attempt, (tried) =>
    legResultByRef(remote, refs, runId, legRef(state, runId, leg, tried)),
  );

async function legResultInArtifact(
  { remote, job }: CollectPorts,
  held: ClaimedHop,
  leg: Leg,
  artifacts: Artifacts,
): Promise<LegResult | null> {
  const { readHandoff } = await import("../handoff/read.ts");
  return newestLegResult(job.attempt, (tried) =>
    readHandoff(artifacts, remote, expectedOfLeg(held, leg, tried)),
  );
}

/** Its job may only read. */
const byArtifact = (
  { inputs }: Pick<CollectPorts, "inputs">,
  { pipeline }: ClaimedHop,
  { node }: Pick<Legs["fan"], "node">,
  branch: PlannedBranch,
): boolean => isReadOnlyBranch(pipeline, node, branch, inputs.readOnly);

async function end(
  { remote }: CollectPorts,
  held: ClaimedHop,
  parts: readonly Part[],
  at: LegRefs["at"],
  close?: HopCloser,
): Promise<void> {
  const commits = parts.flatMap(({ collected }) => collected.commit ?? []);
  // Legs' refs go in the same push.
  const gone = [...at].map(([ref, from]): RefUpdate => ({ ref, from, to: null }));
  const alongside = [...(await retainCommits(remote, held.runId, commits)), ...gone];
  const events = parts.flatMap(({ collected }) => collected.events);
  await endHop(held, { events, alongside }, close);
}

/**
 * No leg pushed its work, and the remote refuses all of it together: each leg's is offered alone, to the ref that it would have
 * had, and what is refused there fails its own branch.
 */
async function apart(
  { remote, job, redact }: CollectPorts,
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
