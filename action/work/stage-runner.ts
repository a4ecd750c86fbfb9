/** What runs the stages of a job; loaded when the first of them begins. */
import { atBase } from "../../engine/agents/base-ref.ts";
import { parseScript } from "../../engine/agents/simulate-script.ts";
import { machineClock } from "../../engine/clock.ts";
import { managerRunner } from "../../engine/local/manager.ts";
import { startRun } from "../../engine/local/run.ts";
import { stageRunner } from "../../engine/local/runner.ts";
import type { StageRunner } from "../../engine/stages/port.ts";
import type { JobWork } from "./job-work.ts";

export function jobRunner({
  config,
  script,
  env,
  cancel,
  place,
  log,
  base,
}: Pick<JobWork, "config" | "script" | "env" | "cancel" | "place" | "log" | "base">): StageRunner {
  const options = { answers: new Map<string, string[]>(), interviewer: null, cancel, env };
  const read = script === null ? null : parseScript(script, "simulate");
  if (read && !read.ok) throw new Error(read.problems.join("; "));
  // Where graph and configuration come from too, whatever head is worked on.
  const commit = log.state.started?.github?.graph_sha;
  return stageRunner({
    config,
    simulation: read?.script ?? null,
    parentEnv: env,
    handlers: new Map(),
    manager: managerRunner({
      config,
      script,
      simulated: [],
      options,
      clock: machineClock,
      startChild: startRun,
    }),
    merge: place.workspaces.merge,
    ...(commit === undefined ? {} : { base: atBase({ git: base, commit, subfolder: "" }) }),
  });
}
