/** An agent stage: a prompt to a backend, its answer kept, then the status contract as for every stage. */
import { join } from "node:path";
import { openAttemptLog } from "../agents/attempt-log.ts";
import type { BackendChoice } from "../agents/choose.ts";
import type { AgentBackend, AgentReply } from "../agents/port.ts";
import { contextFile } from "../agents/preamble.ts";
import { buildPrompt } from "../agents/prompt.ts";
import { settingsOf } from "../agents/settings.ts";
import type { AttemptResult } from "../core/outcome.ts";
import { writeNewFile } from "../git/plain-file.ts";
import { writeJsonAtomic } from "../ledger/atomic.ts";
import { redactor } from "../report/redact.ts";
import { finishAttempt } from "./attempt.ts";
import { stageEnv } from "./env.ts";
import { secretValues } from "./inherit-env.ts";
import type { StageRequest } from "./port.ts";
import { endedBadly } from "./status/judge.ts";
import { statusPath } from "./status/paths.ts";
import { snapshotFallbacks } from "./status/snapshot.ts";
import type { ToolOptions } from "./tool.ts";

export interface AgentOptions extends ToolOptions {
  readonly choose: (request: StageRequest) => BackendChoice;
}

const LAST_RESPONSE_CHARS = 200;

/** `task`: what is asked when it is not the node's own prompt. */
export async function runAgent(
  request: StageRequest,
  options: AgentOptions,
  task: string = request.stage.prompt,
): Promise<AttemptResult> {
  const { stage, stageDir, worktree } = request;
  const choice = options.choose(request);
  if (!choice.ok) return misconfigured(choice.problem);

  const before = await snapshotFallbacks(worktree);
  const prompt = buildPrompt(request, task);
  const promptFile = join(stageDir, "prompt.md");
  await writeNewFile(promptFile, prompt);
  await writeJsonAtomic(contextFile(stageDir), request.context);
  const { backend, provider } = choice;
  request.note({ event: "provider_selected", provider, backend: backend.name, source: choice.source });

  const started = performance.now();
  const log = openAttemptLog(stageDir, redactor(secretValues(options.parentEnv)));
  const reply = await ask(backend, {
    request,
    prompt,
    promptFile,
    env: stageEnv(request, options.parentEnv, options.passEnv),
    statusPath: statusPath(stageDir),
    settings: settingsOf(stage),
    session: null,
    steering: { take: () => [] },
    log: log.write,
  });
  log.close();
  const durationMs = performance.now() - started;
  await writeNewFile(join(stageDir, "response.md"), reply.response);

  return finishAttempt(request, before, {
    evidence: reply.evidence,
    problem: endedBadly(reply.evidence) ? (reply.problem ?? `the ${backend.name} backend failed`) : null,
    durationMs,
    silence: stage.autoStatus ? "auto_status" : "fail",
    contextUpdates: {
      last_stage: stage.id,
      last_response: reply.response.slice(0, LAST_RESPONSE_CHARS),
    },
    usage: reply.usage,
    known: reply.outcome,
  });
}

/** A backend that throws has failed like one that says so. */
async function ask(backend: AgentBackend, request: Parameters<AgentBackend["run"]>[0]): Promise<AgentReply> {
  try {
    return await backend.run(request);
  } catch (error) {
    const said = error instanceof Error ? error.message : String(error);
    return {
      response: "",
      evidence: { error_code: "backend_error" },
      problem: `the ${backend.name} backend failed: ${said}`,
    };
  }
}

function misconfigured(problem: string): AttemptResult {
  return {
    outcome: { status: "fail", failure_reason: problem },
    evidence: { error_code: "configuration" },
    durationMs: 0,
  };
}
