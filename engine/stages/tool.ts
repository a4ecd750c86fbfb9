/** A tool stage: one shell command in the worktree. Its exit code is its outcome, unless it writes a status file. */
import type { AttemptResult } from "../core/outcome.ts";
import { contextValue } from "./artifacts.ts";
import { finishAttempt } from "./attempt.ts";
import { stageEnv } from "./env.ts";
import type { ParentEnv } from "./inherit-env.ts";
import { otherNames } from "./output-names.ts";
import type { StageRequest } from "./port.ts";
import { runShell } from "./shell.ts";
import { snapshotFallbacks } from "./status/snapshot.ts";

export interface ToolOptions {
  /** The driver's own environment, from which little is passed on; a plain copy, since `process.env` is slow to read. */
  readonly parentEnv: ParentEnv;
  /** Names that the config declares for every stage (`pass_env`). */
  readonly passEnv: readonly string[];
}

export async function runTool(request: StageRequest, options: ToolOptions): Promise<AttemptResult> {
  const { stage, worktree, logsRoot } = request;
  const command = stage.toolCommand?.trim() ?? "";
  if (command === "") return noCommand(stage.id);

  const before = await snapshotFallbacks(worktree);
  const env = stageEnv(request, options.parentEnv, options.passEnv);
  const { evidence, durationMs, stdout, problem } = await runShell(request, { command, env });
  return finishAttempt(request, before, {
    evidence,
    problem,
    durationMs,
    silence: "success",
    contextUpdates: {
      "tool.output": await contextValue(logsRoot, `${stage.id}-output`, stdout.text()),
      "tool.exit_status": evidence.exit_code ?? null,
      ...otherNames(request.pipeline, stdout.text()),
    },
  });
}

function noCommand(node: string): AttemptResult {
  return {
    outcome: {
      status: "fail",
      failure_reason: `No tool_command specified: add tool_command="…" to node ${node}`,
    },
    evidence: { error_code: "configuration" },
    durationMs: 0,
  };
}
