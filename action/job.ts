/** A job of the action: its ports made once, then the part that it is. */
import { setTimeout as delay } from "node:timers/promises";
import { machineClock } from "../engine/clock.ts";
import { withWorkUser } from "../engine/git/work-user.ts";
import { redactor } from "../engine/redact/redact.ts";
import { secretValues } from "../engine/stages/inherit-env.ts";
import { readGitHubJob } from "./github-env.ts";
import { openRemote } from "./hop/remote.ts";
import { runIdOf } from "./hop/run-id.ts";
import { type Inputs, onlyReads, runsStages } from "./inputs.ts";
import { returnFiles } from "./isolation/return-files.ts";
import { type StageUser, stageUser } from "./isolation/stage-user.ts";
import { jobSay } from "./output/job-log.ts";
import type { JobPorts } from "./ports.ts";
import { deadlineOf } from "./work/job-time.ts";

export async function runJob(given: Inputs, secrets: readonly string[]): Promise<void> {
  const job = readGitHubJob(process.env);
  // No output of another job tells it: GitHub drops one that holds a masked value.
  const inputs = { ...given, run: runIdOf(job, given) };
  const known = [...secretValues(process.env), ...secrets];
  const redact = redactor(known);
  const canceled = new AbortController();
  let stages: StageUser | null = null;
  // What ends with the job ends as the stages' user too.
  for (const signal of ["SIGINT", "SIGTERM"] as const)
    process.on(signal, () => withWorkUser(stages, () => canceled.abort(`the job got ${signal}`)));
  if (runsStages(inputs) && !onlyReads(inputs)) stages = await stageUser();
  const deadline = deadlineOf(machineClock.elapsed(), inputs.minutes);
  const ports: JobPorts = {
    job,
    inputs,
    remote: await openRemote(job, inputs.token, redact, known),
    say: jobSay(redact),
    redact,
    secrets: known,
    stages,
    env: stageEnvironment(inputs, stages),
    cancel: canceled.signal,
    deadline,
    pace: 1,
    pause: async (ms: number) => {
      await delay(ms);
    },
  };
  try {
    await withWorkUser(stages, () => part(ports));
  } finally {
    await stages?.leave();
    await returnFiles(job, process.env);
  }
}

/** A job loads the part that it is; what runs no stage waits for web clients too. */
async function part(ports: JobPorts): Promise<void> {
  const { final } = ports.inputs;
  if (final !== null) return (await import("./parts/stageless-parts.ts")).leaveFinal(ports, final);
  switch (ports.inputs.part) {
    case "single":
      return (await import("./parts/single.ts")).runSingle(ports);
    case "trunk":
      return (await import("./parts/trunk.ts")).runTrunk(ports);
    case "branch":
      return (await import("./parts/leg.ts")).runLeg(ports);
    case "next":
      return (await import("./parts/stageless-parts.ts")).next(ports);
    case "command":
      return (await import("./parts/stageless-parts.ts")).command(ports);
    case "sweep":
      return (await import("./parts/stageless-parts.ts")).runSweep(ports);
  }
}

function stageEnvironment({ secrets }: Inputs, stages: StageUser | null): NodeJS.ProcessEnv {
  const {
    INPUT_TOKEN: _token,
    INPUT_PULL_REQUEST_TOKEN: _pulls,
    INPUT_SECRETS: _secrets,
    ...rest
  } = process.env;
  return { ...rest, ...secrets, ...stages?.env };
}
