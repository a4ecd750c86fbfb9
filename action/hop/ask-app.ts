/**
 * Where the app decides, a trunk job that has settled its hop waits a moment for what follows and goes on with it: else each
 * join would take a workflow run and a trunk job more (docs/protocol.md, "Who is the coordinator").
 */

import { type RunState, TRUNK } from "../../engine/core/state.ts";
import { asksRef, DEFAULT_REF_PREFIX } from "../../engine/git/names.ts";
import { listRefs } from "../../engine/git/refs.ts";
import { ASKS_FOR_MS, LOOKS_EVERY_MS } from "../../github/coordinator/offer.ts";
import { again, appendClaim, type ClaimedHop, type ClaimPorts } from "./claim.ts";

/** The app looks every 15 s and takes the ref away first of all. Where it still stands the app has no timers, or is not there. */
const HEARD_BY_MS = 24_000;

/** The run as it stands when this job holds the next hop; null: it does not, and says `done`. */
export async function askApp(
  ports: ClaimPorts & { readonly cancel: AbortSignal },
  settled: ClaimedHop,
): Promise<ClaimedHop | null> {
  const { remote } = ports;
  const { runId, snapshot, state } = settled;
  const { hop } = state;
  if (hop === null || hop.askedAt === undefined) return null;
  // What the app looks for: the log says the same, to whoever reads it.
  const ref = asksRef(DEFAULT_REF_PREFIX, runId, hop);
  const told = await remote.move([{ ref, from: null, to: snapshot.tip }]).then(
    () => true,
    () => false,
  );
  if (!told) return null;
  try {
    for (let waited = 0; waited < ASKS_FOR_MS && !ports.cancel.aborted; waited += LOOKS_EVERY_MS) {
      await ports.pause(LOOKS_EVERY_MS);
      if (waited + LOOKS_EVERY_MS === HEARD_BY_MS && (await listRefs(remote.repo, ref)).has(ref)) return null;
      const now = await again(ports, settled);
      const answer = answerIn(now.state, hop, ports.job.runId);
      if (answer === "nothing") return null;
      // Lost to an append beside it: the next look tells whether the offer still stands.
      if (answer === "offer" && (await appendClaim(ports, now, now.state.hop!))) return again(ports, settled);
    }
    return null;
  } finally {
    // The app does it as well: one that stays does no harm.
    await remote.move([{ ref, from: snapshot.tip, to: null }]).catch(() => undefined);
  }
}

type Answer = "offer" | "nothing" | "none yet";

export function answerIn(
  state: RunState,
  asked: { readonly hop: number; readonly epoch: number },
  workflowRun: string,
): Answer {
  const { hop, ended, stop } = state;
  if (ended || stop || hop === null) return "nothing";
  const phase = state.scopes.get(TRUNK)?.cursor.phase;
  if (hop.hop === asked.hop && hop.epoch === asked.epoch)
    return phase === "gate" || phase === "paused" ? "nothing" : "none yet";
  return hop.status === "planned" && hop.offer === workflowRun ? "offer" : "nothing";
}
