/** What a coordinator may ask of GitHub Actions, late, lost and doubled as the network has it. */
import type { EventOf } from "../../engine/core/events.ts";
import type { ActionsPort, HopInput, WorkflowRun } from "../../github/coordinator/ports.ts";
import type { Chance } from "./random.ts";
import { type Life, never, type SimTime, sleepOf } from "./time.ts";
import type { GitHubFaults, SimRun } from "./workflow-run.ts";

export interface ActionsWorld {
  readonly runs: Map<string, SimRun>;
  readonly time: SimTime;
  readonly chance: Chance;
  readonly faults: GitHubFaults;
  readonly queue: (input: HopInput) => void;
  readonly cancel: (run: SimRun) => void;
  readonly force: (run: SimRun) => void;
}

/** Job `canceled` is skipped where nobody cancelled, whatever else ended so. */
const wasCanceled = (run: SimRun): boolean => run.nodes.get("canceled")?.result !== "skipped";

const seen = (run: SimRun): WorkflowRun => ({
  id: run.id,
  attempt: run.attempt,
  completed: run.completed,
  conclusion: run.conclusion,
  url: `https://github.test/runs/${run.id}`,
});

export function actionsPort(world: ActionsWorld, life: Life): ActionsPort {
  const { runs, time, chance, faults, queue, cancel, force } = world;
  const wait = () => sleepOf(time, life, chance.between(5, 400));
  return {
    deliver: async () => undefined,
    refusal: async () => null,
    unheard: async () => false,
    async wasCanceled(id) {
      await wait();
      const run = runs.get(id);
      return run !== undefined && wasCanceled(run);
    },
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
        ({ input }) => input !== null && input.hop === hop && input.epoch === epoch,
      );
      const live = found.find((run) => !run.completed) ?? found[0];
      return live ? seen(live) : null;
    },
    async get(id) {
      await wait();
      const run = runs.get(id);
      return run ? seen(run) : null;
    },
    async cancel(id) {
      await wait();
      const run = runs.get(id);
      if (run) cancel(run);
    },
    async forceCancel(id) {
      await wait();
      const run = runs.get(id);
      if (run) force(run);
    },
  };
}
