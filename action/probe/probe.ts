/** A job that `attractor doctor --live` dispatched: it runs no graph, and says what its token and its machine allow. */
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { userInfo } from "node:os";
import * as core from "@actions/core";
import { messageOf } from "../../engine/message-of.ts";
import { redactor } from "../../engine/redact/redact.ts";
import { readGitHubJob } from "../github-env.ts";
import type { Inputs } from "../inputs.ts";
import { runAsRoot } from "../isolation/become-root.ts";
import { returnFiles } from "../isolation/return-files.ts";
import { type Probe, reportLine } from "./report.ts";
import { stageProbe } from "./stage.ts";
import { tokenProbes } from "./token.ts";

/** `handOver`: stages of this job would need root, which this process is not. */
export async function runProbe(inputs: Inputs, name: string, handOver: boolean): Promise<void> {
  // To the jobs behind it: there is nothing to do.
  core.setOutput("go", "done");
  if (inputs.part !== "trunk") {
    core.info("This workflow run is a probe of `attractor doctor --live`; there is nothing to do here.");
    return;
  }
  const refused = handOver ? await handedOver() : null;
  if (refused === "reported") return;
  const job = readGitHubJob(process.env);
  const redact = redactor([inputs.token]);
  const probes: Probe[] = await tokenProbes(job, inputs, name, redact);
  if (inputs.readOnly !== "all")
    probes.push(refused === null ? await stageProbe() : { name: "stages", ok: false, said: refused });
  probes.push({ name: "image", ok: true, said: image() });
  for (const { name, ok, said } of probes) core.info(redact(`${ok ? "ok " : "NOT"} ${name}: ${said}`));
  core.info(redact(reportLine(probes)));
  await returnFiles(job, process.env);
}

/** Why the driver cannot begin again as root; "reported" when it could, and said the rest. */
async function handedOver(): Promise<string> {
  try {
    const code = await runAsRoot(process.env);
    return code === 0 ? "reported" : `sudo ended with code ${code}; it must ask for no password`;
  } catch (error) {
    return messageOf(error);
  }
}

/** What nobody documents of a runner's image, and what the keeping of tokens from stages rests on. */
function image(): string {
  const user = process.env.SUDO_USER ?? userInfo().username;
  const groups = execFileSync("id", ["-Gn", user], { encoding: "utf8" }).trim();
  return `${user} is in the groups ${groups}; ptrace_scope ${ptraceScope()}; node ${process.version}; ${git()}`;
}

function ptraceScope(): string {
  try {
    return readFileSync("/proc/sys/kernel/yama/ptrace_scope", "utf8").trim();
  } catch {
    return "unknown";
  }
}

const git = (): string => execFileSync("git", ["--version"], { encoding: "utf8" }).trim();
