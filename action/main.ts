/** The action's job: which part, with what, and one place where everything that goes wrong is said. */
import { setTimeout as delay } from "node:timers/promises";
import * as core from "@actions/core";
import { getOctokit } from "@actions/github";
import { actionsPort } from "../app/github/actions.ts";
import { gitHub } from "../app/github/request.ts";
import { pinnedPipeline } from "../app/source.ts";
import { machineClock } from "../engine/drive/clock.ts";
import { redactor } from "../engine/report/redact.ts";
import { readGitHubJob } from "./github-env.ts";
import { readInputs } from "./inputs.ts";
import { runLeg } from "./leg.ts";
import { openRemote } from "./remote.ts";
import { jobSay } from "./say.ts";
import { runSettle } from "./settle.ts";
import { runTrunk } from "./trunk.ts";

/** Hosted jobs last six hours; what may outlast a quarter of an hour before that does not start. */
const SOFT_DEADLINE_MS = (6 * 60 - 15) * 60_000;

async function main(): Promise<void> {
  const inputs = readInputs((name) => core.getInput(name));
  if (inputs.token !== "") core.setSecret(inputs.token);
  const job = readGitHubJob(process.env);
  const redact = redactor([inputs.token].filter((secret) => secret !== ""));
  const remote = await openRemote(job, inputs.token, redact);
  const canceled = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM"] as const)
    process.on(signal, () => canceled.abort(`the job got ${signal}`));
  const ports = {
    job,
    inputs,
    remote,
    say: jobSay(redact),
    cancel: canceled.signal,
    softDeadline: Date.now() + SOFT_DEADLINE_MS,
    pause: async (ms: number) => {
      await delay(ms);
    },
  };
  const github = gitHub(getOctokit(inputs.token, { baseUrl: job.apiUrl }), job.repository);
  switch (inputs.part) {
    case "trunk":
      return runTrunk(ports);
    case "branch":
      return runLeg(ports);
    case "settle":
      return runSettle({
        ...ports,
        coordinator: (runId) => ({
          ledger: remote.ledger(runId),
          actions: actionsPort(github),
          clock: machineClock,
          pipeline: async (started) => {
            const sha = started.github?.graph_sha ?? job.sha;
            await remote.fetchCommit(sha);
            return pinnedPipeline(started, (path) => remote.readFile(sha, path));
          },
          speak: async () => undefined,
          dispatched: new Map(),
        }),
      });
  }
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
