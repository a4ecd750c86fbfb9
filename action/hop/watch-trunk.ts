/** A leg looks at the trunk now and then: whether its branch is still wanted, and whether somebody newer runs the hop. */
import { setTimeout as delay } from "node:timers/promises";
import { machineClock } from "../../engine/clock.ts";
import type { RunState, SteeredWords } from "../../engine/core/state.ts";
import { DEFAULT_REF_PREFIX, trunkRef } from "../../engine/git/names.ts";
import { listRefs } from "../../engine/git/refs.ts";
import type { LedgerEvent, Tip } from "../../engine/ledger/port.ts";
import type { Hearing } from "../../engine/local/steered-words.ts";
import type { JobPorts } from "../ports.ts";
import { again, type ClaimedHop, holdsClaim } from "./claim.ts";

interface WatchOptions {
  readonly ports: JobPorts;
  readonly held: ClaimedHop;
  readonly key: string;
  readonly cancel: AbortController;
  readonly superseded: AbortController;
  /** Branches that run beside this one, and look as often. */
  readonly siblings: number;
  /** Words that agents of this branch have heard, by their ids. */
  readonly told: Iterable<string>;
  readonly elapsed?: () => number;
}

interface Watch {
  stop(): void;
  readonly hearing: Hearing;
}

/** Hosts serve few reads a second to all jobs of a repository together. */
const EVERY_MS = 60_000;
const LOOK_MS = 10_000;

export function watchTrunk(options: WatchOptions): Watch {
  const over = new AbortController();
  const { elapsed = machineClock.elapsed } = options;
  const { pace } = options.ports;
  let lastAt = elapsed();
  let known = options.held.snapshot.tip;
  let steered: readonly SteeredWords[] = [];
  const told = new Set(options.told);
  const look = async () => {
    lastAt = elapsed();
    // A look that fails tells nothing; the next one may.
    const seen = await lookAtTrunk(options, known).catch(() => null);
    if (seen === null) return;
    known = seen.tip;
    steered = seen.state.steered ?? steered;
  };
  void (async () => {
    while (!over.signal.aborted) {
      const wait = (EVERY_MS * (1 + Math.random() / 2)) / pace;
      const passed = await delay(wait, true, { signal: over.signal }).catch(() => false);
      if (passed) await look();
    }
  })();
  /** Of an agent between two turns: all branches of a repository together ask once a second at most. */
  const everyMs = Math.min(EVERY_MS, 1_000 * Math.max(10, options.siblings)) / pace;
  return {
    stop: () => over.abort(),
    hearing: {
      async look() {
        if (elapsed() - lastAt < everyMs) return;
        await Promise.race([look(), delay(LOOK_MS, undefined, { ref: false })]);
      },
      learned: () => steered.filter(({ id }) => !told.has(id)),
      told: (id) => void told.add(id),
    },
  };
}

/** What a branch's log says that its agents have heard. */
export const toldIn = (log: readonly LedgerEvent[]): string[] =>
  log.flatMap(({ event, command_id }) => (event === "agent_told" ? [String(command_id)] : []));

/** The trunk as it is now; null where nothing is new, or this hop is no longer ours. */
async function lookAtTrunk(
  { ports, held, key, cancel, superseded }: WatchOptions,
  known: Tip,
): Promise<{ readonly state: RunState; readonly tip: Tip } | null> {
  const { remote, job } = ports;
  const ref = trunkRef(DEFAULT_REF_PREFIX, held.runId);
  const tip = (await listRefs(remote.repo, ref)).get(ref);
  if (tip === undefined || tip === known) return null;
  const now = await again(ports, held);
  const own = held.state.hop;
  if (!holdsClaim(now, job) || now.state.hop?.hop !== own?.hop || now.state.hop?.epoch !== own?.epoch) {
    superseded.abort(`hop ${own?.hop} (epoch ${own?.epoch}) is no longer this workflow run's`);
    return null;
  }
  const { stop } = now.state;
  const ended = [...now.state.scopes.values()].flatMap((scope) =>
    scope.cursor.phase === "fanned" ? (scope.cursor.fan.canceled.get(key) ?? []) : [],
  );
  const why = stop?.reason ?? ended[0];
  if (why !== undefined) cancel.abort(why);
  return { state: now.state, tip: now.snapshot.tip };
}
