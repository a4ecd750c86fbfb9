/** A `run:` step: the script in a file, by the shell and options that the runner uses. */
import { randomUUID } from "node:crypto";
import { existsSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { renderString } from "../expressions/template.ts";
import type { StepDefinition } from "../workflow/model.ts";
import { frameScope } from "./frame.ts";
import { launch } from "./launch.ts";
import type { Frame, JobState, StepStatus } from "./state.ts";

/** Without `shell:` there is no pipefail: the runner's default is `bash -e`. */
const SHELLS: ReadonlyMap<string | undefined, string> = new Map([
  [undefined, "bash -e {0}"],
  ["bash", "bash --noprofile --norc -e -o pipefail {0}"],
  ["sh", "sh -e {0}"],
]);

export async function runScript(job: JobState, frame: Frame, step: StepDefinition): Promise<StepStatus> {
  if (step.run === undefined) throw new Error("a step needs `run` or `uses`");
  const scope = frameScope(job, frame);
  const defaults = frame.list.composite ? {} : job.defaults;
  const shell = step.shell === undefined ? defaults.shell : renderString(step.shell, scope);
  const folder =
    step.workingDirectory === undefined
      ? defaults.workingDirectory
      : renderString(step.workingDirectory, scope);
  const format = SHELLS.get(shell === "" ? undefined : shell) ?? shell ?? "";
  if (!format.includes("{0}")) {
    throw new Error(
      `Invalid shell option '${format}'. The box knows bash, sh, or a format string containing '{0}'`,
    );
  }
  const script = renderString(step.run, scope);
  const file = join(job.folders.temp, `${randomUUID()}.sh`);
  writeFileSync(file, script);
  const cwd = resolve(job.folders.workspace, folder ?? "");
  const [command = "", ...args] = format.split(" ").filter((part) => part !== "");
  describe(job, frame, script, format);
  if (!existsSync(cwd)) {
    throw new Error(
      `An error occurred trying to start process '${command}' with working directory '${cwd}'. No such file or directory`,
    );
  }
  const { code, status } = await launch(job, frame, {
    file: command,
    args: args.map((part) => part.replace("{0}", file)),
    cwd,
    extra: job.spec.oidc,
    state: new Map(),
  });
  if (code !== 0 && !frame.stopped) {
    job.report.issue({ level: "error", message: `Process completed with exit code ${code}.` });
  }
  return status;
}

function describe(job: JobState, frame: Frame, script: string, shell: string): void {
  const lines = script.trimEnd().split("\n");
  job.report.log(`##[group]Run ${lines[0] ?? ""}`);
  for (const line of lines) job.report.log(line);
  job.report.log(`shell: ${shell}`);
  if (frame.env.size > 0) job.report.log("env:");
  for (const [name, value] of frame.env) job.report.log(`  ${name}: ${value}`);
  job.report.log("##[endgroup]");
}
