/** One provider asked for one attempt: prompt and context on disk, then its backend, then what it said. */

import { join } from "node:path";
import { asJson } from "../../as-json.ts";
import type { JsonValue } from "../../core/outcome.ts";
import { writeNewFile } from "../../git/plain-file.ts";
import { messageOf } from "../../message-of.ts";
import { redactDeep, redactor } from "../../redact/redact.ts";
import { contextValue } from "../../stages/artifacts.ts";
import { stageEnv } from "../../stages/env.ts";
import { secretValues } from "../../stages/inherit-env.ts";
import type { StageRequest } from "../../stages/port.ts";
import { statusPath } from "../../stages/status/paths.ts";
import { type StatusSnapshot, snapshotFallbacks } from "../../stages/status/snapshot.ts";
import { openAttemptLog } from "../attempt-log.ts";
import type { Chosen } from "../choose.ts";
import { type AgentBackend, type AgentReply, type AgentRequest, hearsAtWork } from "../port.ts";
import { contextFile } from "../preamble.ts";
import { buildPrompt } from "../prompt.ts";
import { recordProvider } from "../record.ts";
import { keepFor, spokeIn, takeUp } from "../sessions/take-up.ts";
import { steeringOf } from "../steering.ts";
import { answerOf } from "./answer.ts";
import type { AgentOptions } from "./options.ts";

export interface StageConversation {
  readonly request: StageRequest;
  /** What lay where a status is looked for, before this one began. */
  readonly before: StatusSnapshot;
  readonly reply: AgentReply;
  readonly backend: string;
  /** What a later stage of its thread must know. */
  readonly spoke: Readonly<Record<string, JsonValue>>;
}

const MODES = {
  api: "agent_loop",
  cli: "cli",
  acp: "acp",
  command: "command",
  simulate: "simulate",
} as const;

export async function askBackend(
  request: StageRequest,
  options: AgentOptions,
  chosen: Chosen,
  backend: AgentBackend | string,
  task: string,
): Promise<StageConversation> {
  const { stageDir, worktree } = request;
  const { provider, model, source, kind } = chosen;
  const before = await snapshotFallbacks(worktree);
  const unopened = typeof backend === "string";
  const { session, lost } = unopened ? NO_SESSION : await takeUp(request, chosen, backend);
  const goesOn = session !== null;
  const told = unopened || goesOn ? "" : ((await backend.instructions?.()) ?? "");
  const steering = steeringOf(request);
  const said = unopened || backend.simulated || hearsAtWork(backend.name) ? [] : await steering.take();
  const prompt = told + buildPrompt(request, task, { goesOn, said });
  const promptFile = join(stageDir, "prompt.md");
  await writeNewFile(promptFile, prompt);
  await writeNewFile(contextFile(stageDir), asJson(request.context));
  await recordProvider(stageDir, { backend: kind, mode: MODES[kind], provider, model });
  if (unopened) return { request, before, reply: unavailable(backend), backend: kind, spoke: {} };
  request.note({
    event: "provider_selected",
    provider,
    ...(model === null ? {} : { model }),
    backend: backend.name,
    source,
  });
  if (lost !== null) {
    const message = `${request.stage.id} begins a new conversation with a summary (summary:high): ${lost}`;
    request.note({ event: "warning", code: "session_not_resumed", message });
  }
  const mask = redactor(secretValues(options.parentEnv));
  const log = openAttemptLog(stageDir, mask);
  const asked = {
    request,
    prompt,
    promptFile,
    env: stageEnv(request, options.parentEnv, options.passEnv),
    statusPath: statusPath(stageDir),
    settings: chosen.settings,
    session,
    steering,
    log: log.write,
  };
  const { reply, value } = await answerOf(asked, (given) => run(backend, provider, given));
  if (said.length > 0 && (reply.problem === undefined || reply.usage?.length)) steering.answered(0);
  const missing = log.close();
  if (missing !== null) request.note({ event: "warning", code: "agent_log_incomplete", message: missing });
  for (const note of reply.notes ?? []) request.note(note);
  const kept = await keepFor(request, reply.session, mask);
  const spoke = {
    ...(kept ? { [spokeIn(request.thread!)]: request.stage.id } : {}),
    ...(value === undefined ? {} : { "agent.output": await agentOutput(request, value) }),
  };
  return { request, before, reply, backend: backend.name, spoke };
}

/** Masked as the words are that it was read from. */
const agentOutput = ({ logsRoot, stage, mask }: StageRequest, value: JsonValue) =>
  contextValue(logsRoot, `${stage.id}-answer`, redactDeep(value, mask ?? ((text) => text)));

const NO_SESSION = { session: null, lost: null };

/** A text where it cannot be had here. */
export async function openChosen(chosen: Chosen): Promise<AgentBackend | string> {
  try {
    return await chosen.open();
  } catch (error) {
    if (error instanceof Error && error.name === "BackendUnavailable") return error.message;
    throw error;
  }
}

/** A backend that throws has failed like one that says so. */
async function run(backend: AgentBackend, provider: string, request: AgentRequest): Promise<AgentReply> {
  try {
    return await backend.run(request);
  } catch (error) {
    const said = messageOf(error);
    return {
      response: "",
      evidence: { error_code: "backend_error" },
      problem: `the ${backend.name} backend failed: ${said}`,
      // It may have been at work, and nobody can say what that cost.
      usage: [{ provider, cost_usd: null }],
    };
  }
}

const unavailable = (problem: string): AgentReply => ({
  response: "",
  evidence: { error_code: "configuration" },
  problem,
  outcome: { status: "fail", failure_reason: problem },
});
