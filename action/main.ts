/** The action begins: its inputs, who runs it, and one place where everything that goes wrong is said. */
import * as core from "@actions/core";
import { messageOf } from "../engine/message-of.ts";
import { inputIn, onlyReads, readInputs, refuseShortSecrets, runsStages } from "./inputs.ts";
import { begunAgain, runAsRoot } from "./isolation/become-root.ts";

async function main(): Promise<void> {
  const again = await begunAgain(process.env);
  const inputs = readInputs(inputIn(process.env));
  refuseShortSecrets(inputs.secrets);
  const secrets = [inputs.token, inputs.pullRequestToken, ...Object.values(inputs.secrets)].filter(
    (secret) => secret !== "",
  );
  for (const secret of secrets) core.setSecret(secret);
  const handOver = runsStages(inputs) && !onlyReads(inputs) && !again && process.getuid?.() !== 0;
  if (inputs.probe !== null) {
    const { runProbe } = await import("./parts/stageless-parts.ts");
    return runProbe(inputs, inputs.probe, handOver);
  }
  if (handOver) {
    process.exitCode = await runAsRoot(process.env);
    return;
  }
  // The job's code is loaded by the process that runs it, not by the one that hands over to root.
  const { runJob } = await import("./job.ts");
  await runJob(inputs, secrets);
}

try {
  await main();
} catch (error) {
  const fix = (error as { fix?: unknown }).fix;
  core.setFailed(`${messageOf(error)}${typeof fix === "string" ? `\n${fix}` : ""}`);
  if (core.isDebug() && error instanceof Error) core.debug(error.stack ?? "");
  process.exitCode = 1;
}
