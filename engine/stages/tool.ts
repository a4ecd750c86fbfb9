/** A tool stage: one shell command in the worktree. Its exit code is its outcome, unless it writes a status file. */
import type { AttemptResult, JsonValue } from "../core/outcome.ts";
import { contextValue } from "./artifacts.ts";
import { finishAttempt, noteProcess } from "./attempt.ts";
import { stageEnv } from "./env.ts";
import type { ParentEnv } from "./inherit-env.ts";
import type { StageRequest } from "./port.ts";
import { runProcess } from "./process.ts";
import { failureReason } from "./reason.ts";
import { endedBadly } from "./status/judge.ts";
import { snapshotFallbacks } from "./status/snapshot.ts";

export interface ToolOptions {
  /** The driver's own environment, from which little is passed on. */
  readonly parentEnv: ParentEnv;
  /** Names that the config declares for every stage (`pass_env`). */
  readonly passEnv: readonly string[];
}

export async function runTool(request: StageRequest, options: ToolOptions): Promise<AttemptResult> {
  const { stage, stageDir, worktree, timeoutMs, signal } = request;
  const command = stage.toolCommand?.trim() ?? "";
  if (command === "") return noCommand(stage.id);

  const before = await snapshotFallbacks(worktree);
  const result = await runProcess({
    file: "bash",
    args: ["-c", command],
    cwd: worktree,
    env: stageEnv(request, options.parentEnv, options.passEnv),
    timeoutMs,
    signal,
    logDir: stageDir,
    mark: `ATTRACTOR_STAGE_DIR=${stageDir}`,
    activity: request.activity,
  });
  noteProcess(request, result);

  const failed = endedBadly(result.evidence);
  return finishAttempt(request, before, {
    evidence: result.evidence,
    problem: failed ? failureReason({ ...result, timeoutMs, command, abortReason: signal.reason }) : null,
    durationMs: result.durationMs,
    silence: "success",
    contextUpdates: {
      "tool.output": await contextValue(request.logsRoot, `${stage.id}-output`, result.stdout.text()),
      "tool.exit_status": (result.evidence.exit_code ?? null) satisfies JsonValue,
    },
  });
}

function noCommand(node: string): AttemptResult {
  return {
    outcome: {
      status: "fail",
      failure_reason: `No tool_command specified: add tool_command="…" to node ${node}`,
    },
    evidence: { error_code: "no_tool_command" },
    durationMs: 0,
  };
}
