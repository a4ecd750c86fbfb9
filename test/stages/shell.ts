/** A shell command, run as a stage runs it. */
import { randomUUID } from "node:crypto";
import { type ProcessSpec, runProcess } from "../../engine/stages/process.ts";
import type { StrayMark } from "../../engine/stages/strays.ts";
import { tempDir } from "./scene.ts";

export function shell(command: string, changes: Partial<ProcessSpec> = {}) {
  const logDir = tempDir();
  const mark: StrayMark = `TEST_MARK=${randomUUID()}`;
  const spec: ProcessSpec = {
    file: "bash",
    args: ["--norc", "-c", command],
    cwd: logDir,
    env: { PATH: process.env.PATH!, TEST_MARK: mark.slice("TEST_MARK=".length) },
    timeoutMs: null,
    signal: new AbortController().signal,
    logDir,
    mark,
    activity: () => {},
    graceMs: 200,
    ...changes,
  };
  return { run: () => runProcess(spec), mark, logDir };
}
