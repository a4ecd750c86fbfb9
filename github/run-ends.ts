/** The end of a run: left as an artifact where no job left it, told, and its open ref taken away. */
import type { Clock } from "../engine/clock.ts";
import type { RunState } from "../engine/core/state.ts";
import { DEFAULT_REF_PREFIX, openRef } from "../engine/git/names.ts";
import { openAfter, outlivesItsEnd } from "../engine/ledger/git/openness.ts";
import type { Ledger } from "../engine/ledger/port.ts";
import { leftAfter } from "./api/artifacts.ts";
import type { GitHub } from "./api/request.ts";
import { deliverFinal } from "./coordinator/deliver-final.ts";
import type { ActionsPort } from "./coordinator/ports.ts";
import type { GitData } from "./ledger/git-data.ts";

export interface RunEndsOptions {
  readonly github: GitHub;
  readonly git: GitData;
  readonly clock: Clock;
  readonly actions: ActionsPort;
  readonly coordinator: "app" | "workflow";
  readonly ledger: (runId: string) => Ledger;
  readonly wake: (runId: string) => Promise<void>;
  readonly forget: (runId: string) => void;
}

export interface RunEnds {
  /** Another coordinator's run is shown, and closed by that one, which may have more to do. */
  isOurs(state: RunState): boolean;
  /** What is left to do at an end that was told. `found`: it had ended before this look. */
  finish(state: RunState, found: boolean): Promise<void>;
  /** The same where nobody can be told of it any more. */
  finishUntold(state: RunState): Promise<void>;
}

export function runEnds(options: RunEndsOptions): RunEnds {
  const { github, git, clock, actions, coordinator, ledger, wake, forget } = options;
  const isOurs = ({ started }: RunState): boolean => started?.coordinator === coordinator;

  /** An end that was found: it is ours to leave as an artifact when nobody has closed the run, and who wrote it left none. */
  async function leftToUs(state: RunState): Promise<boolean> {
    const { runId, hop, endedAt } = state;
    if (endedAt === null || !isOurs(state)) return false;
    if ((await git.ref(openRef(DEFAULT_REF_PREFIX, runId))) === null) return false;
    const by = coordinator === "workflow" ? hop?.by : null;
    return by == null || !(await leftAfter(github, by.run_id, endedAt));
  }

  /** Nobody needs to look at it any more, unless it was resumed meanwhile. */
  async function close(runId: string): Promise<void> {
    const open = openRef(DEFAULT_REF_PREFIX, runId);
    await git.deleteRef(open);
    await wake(runId);
    const { tip, events } = await ledger(runId).read();
    if (openAfter(events, undefined) === true) return void (await git.createRef(open, tip));
    forget(runId);
  }

  return {
    isOurs,
    async finish(state, found) {
      // Before it is closed: who dies in between finds it again by its open ref, where that outlives the end.
      if (!found || (await leftToUs(state))) await deliverFinal({ actions, clock }, state);
      if (!isOurs(state)) return;
      // Where nobody waits to be told, the append that ended it took its open ref away, unless that was lost.
      if (found || outlivesItsEnd(state.started ?? {})) return close(state.runId);
      forget(state.runId);
      await wake(state.runId);
    },
    async finishUntold(state) {
      if (await leftToUs(state)) await deliverFinal({ actions, clock }, state);
      await close(state.runId);
    },
  };
}
