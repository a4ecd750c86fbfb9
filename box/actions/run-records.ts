/** The runs' half of the port: states move only the way GitHub's do. */

import { settleSuite } from "../checks/suites.ts";
import type { Attempt, Run, RunStatus } from "../state/records.ts";
import type { World } from "../state/world.ts";
import type { ActionsPort, Conclusion } from "./port.ts";
import { newest } from "./record.ts";
import { runAttempt } from "./start-run.ts";
import { tellRun } from "./tell.ts";

type RunPort = Pick<ActionsPort, "run" | "setTitle" | "holdRun" | "startRun" | "completeRun">;

export function runById(world: World, id: number): Run {
  for (const { runs } of world.repositories.values()) {
    const run = runs.get(id);
    if (run !== undefined) return run;
  }
  throw new Error(`no workflow run ${id} in this box`);
}

export function createRunPort(world: World): RunPort {
  const move = (id: number, from: readonly RunStatus[], to: RunStatus): { run: Run; attempt: Attempt } => {
    const run = runById(world, id);
    const attempt = newest(run);
    if (!from.includes(attempt.status)) {
      throw new Error(`run ${id} attempt ${attempt.number} is ${attempt.status} and cannot become ${to}`);
    }
    attempt.status = to;
    attempt.updatedAt = world.clock.now();
    return { run, attempt };
  };
  return {
    run: (id) => runAttempt(runById(world, id)),
    setTitle(id, title) {
      runById(world, id).title = title;
    },
    holdRun(id) {
      move(id, ["queued"], "pending");
    },
    startRun(id) {
      tellRun(world, "in_progress", move(id, ["queued", "pending"], "in_progress").run);
    },
    completeRun(id, conclusion: Conclusion) {
      const open = newest(runById(world, id)).jobs.filter(({ status }) => status !== "completed");
      if (open.length > 0) {
        throw new Error(
          `run ${id} cannot complete: ${open.map(({ key, status }) => `${key} is ${status}`).join(", ")}`,
        );
      }
      const { run, attempt } = move(id, ["queued", "pending", "in_progress"], "completed");
      attempt.conclusion = conclusion;
      tellRun(world, "completed", run);
      settleSuite(world, run.suite, { sender: attempt.triggeringActor, byJobToken: false });
    },
  };
}
