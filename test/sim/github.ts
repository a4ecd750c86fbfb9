/** GitHub Actions as the world sees it: dispatches, workflow runs with jobs, cancels, lost runners, re-runs. */

import type { EventOf } from "../../engine/core/events.ts";
import type { ActionsPort, HopInput, WorkflowRun } from "../../github/coordinator/ports.ts";
import type { Chance } from "./random.ts";
import { type Life, never, type SimTime } from "./time.ts";

export interface SimRun {
  readonly id: string;
  readonly input: HopInput;
  attempt: number;
  completed: boolean;
  conclusion: string | null;
  canceled: boolean;
  /** Signals of the processes that run for it now. */
  readonly cancel: Set<(reason: string) => void>;
}

export interface GitHubFaults {
  readonly dispatchLost: number;
  readonly dispatchDoubled: number;
  readonly answerLost: number;
  readonly startupFailure: number;
}

export interface SimGitHub {
  readonly runs: Map<string, SimRun>;
  port(life: Life): ActionsPort;
  complete(run: SimRun, conclusion: string): void;
  cancel(run: SimRun, reason: string): void;
}

export function simGitHub(
  world: { time: SimTime; chance: Chance },
  faults: GitHubFaults,
  start: (run: SimRun) => void,
  completed: (run: SimRun) => void,
): SimGitHub {
  const runs = new Map<string, SimRun>();
  const { time, chance } = world;

  const queue = (input: HopInput) => {
    const run: SimRun = {
      id: String(1000 + runs.size),
      input,
      attempt: 1,
      completed: false,
      conclusion: null,
      canceled: false,
      cancel: new Set(),
    };
    runs.set(run.id, run);
    time.after(chance.between(1_000, 20_000), () => {
      if (chance.happens(faults.startupFailure)) return github.complete(run, "cancelled");
      if (run.canceled) return github.complete(run, "cancelled");
      start(run);
    });
  };

  const seen = (run: SimRun): WorkflowRun => ({
    id: run.id,
    attempt: run.attempt,
    completed: run.completed,
    conclusion: run.conclusion,
    url: `https://github.test/runs/${run.id}`,
  });

  const github: SimGitHub = {
    runs,
    complete(run, conclusion) {
      if (run.completed) return;
      run.completed = true;
      run.conclusion = run.canceled && conclusion !== "success" ? "cancelled" : conclusion;
      completed(run);
    },
    cancel(run, reason) {
      if (run.completed) return;
      run.canceled = true;
      for (const tell of run.cancel) tell(reason);
    },
    port(life) {
      const wait = () =>
        new Promise<void>((resolve) => {
          time.after(chance.between(5, 400), () => {
            if (!life.dead) resolve();
          });
        });
      return {
        deliver: async () => undefined,
        async dispatch(_started: EventOf<"run_started">, input) {
          await wait();
          if (life.dead) return never();
          if (chance.happens(faults.dispatchLost)) throw new Error("connection reset");
          queue(input);
          if (chance.happens(faults.dispatchDoubled)) queue(input);
          if (chance.happens(faults.answerLost)) throw new Error("502 after acceptance");
        },
        async find(_started, { hop, epoch }) {
          await wait();
          const found = [...runs.values()].filter(
            (run) => run.input.hop === hop && run.input.epoch === epoch,
          );
          const live = found.find((run) => !run.completed) ?? found[0];
          return live ? seen(live) : null;
        },
        async get(id) {
          await wait();
          const run = runs.get(id);
          return run ? seen(run) : null;
        },
        async wasCanceled(id) {
          await wait();
          return runs.get(id)?.canceled ?? false;
        },
        refusal: async () => null,
        async cancel(id) {
          await wait();
          const run = runs.get(id);
          if (run) github.cancel(run, "cancelled by API");
        },
        async forceCancel(id) {
          await wait();
          const run = runs.get(id);
          if (run && !run.completed) {
            run.canceled = true;
            for (const tell of run.cancel) tell("force");
            github.complete(run, "cancelled");
          }
        },
      };
    },
  };
  return github;
}
