/** A leg looks at the trunk now and then: whether its branch is still wanted, and whether somebody newer runs the hop. */
import { setTimeout as delay } from "node:timers/promises";
import { DEFAULT_REF_PREFIX, trunkRef } from "../../engine/git/names.ts";
import { listRefs } from "../../engine/git/refs.ts";
import type { JobPorts } from "../ports.ts";
import { type ClaimedHop, fold, holdsClaim } from "./claim.ts";

interface WatchOptions {
  readonly ports: JobPorts;
  readonly held: ClaimedHop;
  readonly key: string;
  readonly cancel: AbortController;
  readonly superseded: AbortController;
}

/** Hosts serve few reads a second to all jobs of a repository together. */
const EVERY_MS = 60_000;

export function watchTrunk(options: WatchOptions): { stop(): void } {
  const over = new AbortController();
  void (async () => {
    const { pace } = options.ports;
    while (!over.signal.aborted) {
      const wait = (EVERY_MS * (1 + Math.random() / 2)) / pace;
      const passed = await delay(wait, true, { signal: over.signal }).catch(() => false);
      // A look that fails tells nothing; the next one may.
      if (passed) await lookAtTrunk(options).catch(() => undefined);
    }
  })();
  return { stop: () => over.abort() };
}

async function lookAtTrunk({ ports, held, key, cancel, superseded }: WatchOptions): Promise<void> {
  const { remote, job } = ports;
  const ref = trunkRef(DEFAULT_REF_PREFIX, held.runId);
  const tip = (await listRefs(remote.repo, ref)).get(ref);
  if (tip === undefined || tip === held.snapshot.tip) return;
  const now = await fold(remote, held.runId, held.ledger, await held.ledger.read());
  const own = held.state.hop;
  if (!holdsClaim(now, job) || now.state.hop?.hop !== own?.hop || now.state.hop?.epoch !== own?.epoch) {
    superseded.abort(`hop ${own?.hop} (epoch ${own?.epoch}) is no longer this workflow run's`);
    return;
  }
  const { stop } = now.state;
  const ended = [...now.state.scopes.values()].flatMap((scope) =>
    scope.cursor.phase === "fanned" ? (scope.cursor.fan.canceled.get(key) ?? []) : [],
  );
  const why = stop?.reason ?? ended[0];
  if (why !== undefined) cancel.abort(why);
}
