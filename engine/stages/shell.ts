/** A shell command as one attempt of a stage: in its worktree, under its limits, told about in its notes. */
import { noteProcess } from "./attempt.ts";
import { endedBadly } from "./outcome.ts";
import type { StageRequest } from "./port.ts";
import { type ProcessResult, runProcess } from "./process.ts";
import { failureReason } from "./reason.ts";

export interface ShellCommand {
  readonly command: string;
  readonly env: Readonly<Record<string, string>>;
  readonly inputFile?: string;
  /** Around it; without, it runs as it is. */
  readonly room?: {
    readonly settleMs: number;
    enter(file: string, args: readonly string[]): { readonly file: string; readonly args: readonly string[] };
  } | null;
}

export interface ShellResult extends ProcessResult {
  /** Why it failed; null when it did not. */
  readonly problem: string | null;
}

export async function runShell(request: StageRequest, command: ShellCommand): Promise<ShellResult> {
  const { stageDir, worktree, timeoutMs, signal } = request;
  // No start-up files: what a stage does may not depend on whose machine it is.
  const args = ["--noprofile", "--norc", "-c", command.command];
  const result = await runProcess({
    ...(command.room?.enter("bash", args) ?? { file: "bash", args }),
    cwd: worktree,
    env: command.env,
    ...(command.inputFile === undefined ? {} : { inputFile: command.inputFile }),
    ...(command.room ? { settleMs: command.room.settleMs } : {}),
    timeoutMs,
    signal,
    logDir: stageDir,
    mark: `ATTRACTOR_STAGE_DIR=${stageDir}`,
    activity: request.activity,
    ...(request.mask === undefined ? {} : { mask: request.mask }),
  });
  noteProcess(request, result);
  const failed = { ...result, timeoutMs, command: command.command, abortReason: signal.reason };
  return { ...result, problem: endedBadly(result.evidence) ? failureReason(failed) : null };
}
