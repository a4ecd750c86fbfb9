/** Runs one process for a step: command files before and after, output read, environment made. */
import { randomUUID } from "node:crypto";
import { chownSync, existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { record } from "../expressions/data.ts";
import { messageOf } from "../expressions/template.ts";
import { parseLines, parsePairs } from "./command-files.ts";
import { environmentOf } from "./environment.ts";
import { createOutputReader } from "./output.ts";
import { startProcess } from "./process.ts";
import type { Frame, JobState, StepStatus } from "./state.ts";

const FILES = ["env", "output", "path", "state", "step_summary"] as const;
type CommandFile = (typeof FILES)[number];

export interface LaunchSpec {
  readonly file: string;
  readonly args: readonly string[];
  readonly cwd: string;
  readonly extra: Readonly<Record<string, string>>;
  /** Kept from `main` to `post` of one action. */
  readonly state: Map<string, string>;
}

export interface Launched {
  readonly code: number;
  readonly status: StepStatus;
}

export async function launch(job: JobState, frame: Frame, spec: LaunchSpec): Promise<Launched> {
  const suffix = randomUUID();
  const paths = Object.fromEntries(
    FILES.map((name) => [name, join(job.folders.commandFiles, `${name}_${suffix}`)]),
  ) as Record<CommandFile, string>;
  const { user } = job.spec;
  for (const path of Object.values(paths)) {
    writeFileSync(path, "");
    if (user !== undefined) chownSync(path, user.uid, user.gid);
  }
  const env = environmentOf({
    home: job.folders.home,
    hostPath: job.container?.path ?? job.spec.hostPath,
    trackingId: job.trackingId,
    env: frame.env,
    prependPath: job.prependPath,
    github: record({ ...job.github, ...frame.github, ...frame.variables, ...paths }),
    runner: job.runner,
    extra: spec.extra,
  });
  const output = createOutputReader({
    report: job.report,
    masks: job.masks,
    workspace: job.folders.workspace,
    setOutput: (name, value) => frame.outputs.set(name, value),
    saveState: (name, value) => spec.state.set(name, value),
  });
  if (job.dead) return { code: 137, status: "cancelled" };
  const running = startProcess(
    { ...spec, env, hears: job.container === undefined, user },
    job.clock,
    output.line,
  );
  job.processes.add(running);
  frame.onStop.add(running.stop);
  if (frame.stopped) running.stop();
  try {
    const code = await running.ended;
    const filesHold = collect(job, frame, spec, paths);
    return { code, status: code === 0 && filesHold && !output.failed() ? "success" : "failure" };
  } finally {
    job.processes.delete(running);
    frame.onStop.delete(running.stop);
  }
}

/** False when a file could not be read as what it should be. */
function collect(
  job: JobState,
  frame: Frame,
  spec: LaunchSpec,
  paths: Readonly<Record<CommandFile, string>>,
): boolean {
  let holds = true;
  for (const name of FILES) {
    const path = paths[name];
    if (!existsSync(path)) continue;
    const text = readFileSync(path, "utf8");
    rmSync(path);
    try {
      take(job, frame, spec, name, text);
    } catch (error) {
      holds = false;
      job.report.issue({
        level: "error",
        message: `Unable to process file command '${name}' successfully.`,
      });
      job.report.issue({ level: "error", message: messageOf(error) });
    }
  }
  return holds;
}

function take(job: JobState, frame: Frame, spec: LaunchSpec, name: CommandFile, text: string): void {
  switch (name) {
    case "output":
      for (const [key, value] of parsePairs(text)) frame.outputs.set(key, value);
      break;
    case "state":
      for (const [key, value] of parsePairs(text)) spec.state.set(key, value);
      break;
    case "path":
      for (const line of parseLines(text)) {
        job.prependPath = [...job.prependPath.filter((other) => other !== line), line];
      }
      break;
    case "step_summary":
      job.report.summary(text);
      break;
    case "env":
      for (const [key, value] of parsePairs(text)) {
        if (key.toUpperCase() === "NODE_OPTIONS") {
          const message = "Can't store NODE_OPTIONS output parameter using '$GITHUB_ENV' command.";
          job.report.issue({ level: "error", message });
        } else {
          job.env.set(key, value);
        }
      }
  }
}
