/** What is expected of each part by the job that takes it in: its name, and the commits that the ledger had it work on. */
import { type RunState, TRUNK } from "../../engine/core/state.ts";
import { legName } from "../../engine/git/names.ts";
import type { ClaimedHop } from "../hop/claim.ts";
import type { Leg } from "../hop/leg.ts";
import { type Sender, senderOf, TRUNK_PART } from "./format.ts";

export interface Expected {
  readonly sender: Sender;
  /** What it worked on; its bundle builds on these. */
  readonly known: readonly string[];
  /** What counts as its work when it made none: what a branch made in an earlier hop is its work still. */
  readonly before: string | null;
}

export function expectedOfLeg(held: ClaimedHop, leg: Leg, attempt: number): Expected {
  const { branch, base } = leg;
  const at = held.state.scopes.get(branch.key)?.commit ?? base;
  return {
    sender: senderOf(held, legName(branch), attempt),
    known: [...new Set([base, at])].filter((commit) => commit !== null),
    before: at === base ? null : at,
  };
}

export function expectedOfTrunk(held: ClaimedHop, attempt: number): Expected {
  return { sender: senderOf(held, TRUNK_PART, attempt), known: trunkKnows(held.state), before: null };
}

/** Where the trunk stands, and the branches that its next stage may merge. */
function trunkKnows({ scopes }: RunState): string[] {
  const trunk = scopes.get(TRUNK);
  const merging = (trunk?.lastFan?.results ?? []).flatMap((result) => result.commit ?? []);
  return [...(trunk?.commit ? [trunk.commit] : []), ...merging];
}
