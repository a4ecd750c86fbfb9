/** The action's job: which part, with what, and one place where everything that goes wrong is said. */
import { setTimeout as delay } from "node:timers/promises";
import * as core from "@actions/core";
import { redactor } from "../engine/report/redact.ts";
import { secretValues } from "../engine/stages/inherit-env.ts";
import { begunAgain, runAsRoot } from "./become-root.ts";
import { readGitHubJob } from "./github-env.ts";
import { type Inputs, readInputs } from "./inputs.ts";
import { deadlineOf } from "./job-time.ts";
import type { JobPorts } from "./ports.ts";
import { openRemote } from "./remote.ts";
import { jobSay } from "./say.ts";
import { type StageUser, stageUser } from "./stage-user.ts";

async function main(): Promise<void> {
  const again = await begunAgain(process.env);
  const inputs = readInputs((name) => core.getInput(name));
  const secrets = [inputs.token, ...Object.values(inputs.secrets)].filter((secret) => secret !== "");
  for (const secret of secrets) core.setSecret(secret);
  if (runsStages(inputs) && inputs.durability === "stage" && !again && process.getuid?.() !== 0) {
    process.exitCode = await runAsRoot(process.env);
    return;
  }
  const job = readGitHubJob(process.env);
  const redact = redactor([...secretValues(process.env), ...secrets]);
  const canceled = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM"] as const)
    process.on(signal, () => canceled.abort(`the job got ${signal}`));
  const stages = runsStages(inputs) && inputs.durability === "stage" ? await stageUser() : null;
  const deadline = deadlineOf(Date.now(), inputs.minutes);
  const ports: JobPorts = {
    job,
    inputs,
    remote: await openRemote(job, inputs.token, redact),
    say: jobSay(redact),
    redact,
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
    await part(ports);
  } finally {
    await stages?.leave();
  }
}

const runsStages = ({ part: name }: Inputs): boolean => ["single", "trunk", "branch"].includes(name);

/** Each part is loaded alone: a branch job waits for no web client. */
async function part(ports: JobPorts): Promise<void> {
  switch (ports.inputs.part) {
    case "single":
      return (await import("./single.ts")).runSingle(ports);
    case "claim":
      return (await import("./claim-hop.ts")).runClaim(ports);
    case "trunk":
      return (await import("./trunk.ts")).runTrunk(ports);
    case "branch":
      return (await import("./leg.ts")).runLeg(ports);
    case "settle": {
      const { coordinatorPorts } = await import("./coordinator.ts");
      const { artifactService } = await import("./parcel/service.ts");
      return (await import("./settle.ts")).runSettle({
        ...ports,
        coordinator: (ledger) => coordinatorPorts(ports, ledger),
        artifacts: () => artifactService(process.env, ports.pause),
      });
    }
    case "sweep":
      return (await import("./sweep.ts")).runSweep(ports);
  }
}

function stageEnvironment({ secrets }: Inputs, stages: StageUser | null): NodeJS.ProcessEnv {
  const { INPUT_TOKEN: _token, INPUT_SECRETS: _secrets, ...rest } = process.env;
  return { ...rest, ...secrets, ...stages?.env };
}

try {
  await main();
} catch (error) {
  const mend = (error as { mend?: unknown }).mend;
  core.setFailed(
    `${error instanceof Error ? error.message : String(error)}${typeof mend === "string" ? `\n${mend}` : ""}`,
  );
  if (core.isDebug() && error instanceof Error) core.debug(error.stack ?? "");
  process.exitCode = 1;
}
