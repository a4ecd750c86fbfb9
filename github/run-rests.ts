/** Where the open runs stand, and which of them rest: a ref tells of each until when nothing is to be done for it. */
import type { Clock } from "../engine/clock.ts";
import type { RunState } from "../engine/core/state.ts";
import { DEFAULT_REF_PREFIX } from "../engine/git/names.ts";
import type { GitData } from "./ledger/git-data.ts";
import { type Standing, standing } from "./ledger/open-runs.ts";
import { restRef } from "./ledger/resting-runs.ts";
import { recentlyUsed } from "./recently-used.ts";

const MOST_KEPT = 5_000;
const LONGEST_REST_MS = 30 * 24 * 3_600_000;

export interface RunRests {
  standing(): Promise<Standing>;
  /** Nothing is to be done for it until then, whoever looks. `head`: of the pull request that it asks about. */
  rest(state: RunState, tip: string, until: number, head: string | undefined): Promise<void>;
  wake(runId: string): Promise<void>;
  /** The pull request of a run, as far as it is known without asking: it never changes. */
  pullOf(runId: string): number | null | undefined;
  setPull(runId: string, pull: number | null): void;
}

export function runRests(git: GitData, clock: Clock): RunRests {
  const pulls = recentlyUsed<number | null>(MOST_KEPT);
  /** Of each run, the refs that say that it rests, and where. */
  const rests = recentlyUsed<Map<string, string | null>>(MOST_KEPT);
  return {
    async standing() {
      const found = await standing(git);
      for (const { runId, rests: refs, tip, rest } of found.open) {
        if (refs.length > 0)
          rests.set(runId, new Map(refs.map((ref) => [ref, rest && refs.length === 1 ? tip : null])));
        if (rest) pulls.set(runId, rest.pull?.number ?? null);
      }
      return found;
    },
    async rest(state, tip, until, head) {
      const number = state.started?.github?.pull_request;
      if (number !== undefined && head === undefined) return;
      const name = restRef(DEFAULT_REF_PREFIX, state.runId, {
        until: Math.min(until, clock.now() + LONGEST_REST_MS),
        pull: number === undefined || head === undefined ? null : { number, head },
      });
      const known = rests.peek(state.runId);
      if (known?.get(name) === tip) return;
      if ((await git.createRef(name, tip)) === "exists" && !(await git.moveRef(name, tip))) return;
      for (const old of known?.keys() ?? []) if (old !== name) await git.deleteRef(old);
      rests.set(state.runId, new Map([[name, tip]]));
    },
    async wake(runId) {
      for (const ref of rests.peek(runId)?.keys() ?? []) await git.deleteRef(ref);
      rests.delete(runId);
    },
    pullOf: (runId) => pulls.peek(runId),
    setPull: (runId, pull) => pulls.set(runId, pull),
  };
}
