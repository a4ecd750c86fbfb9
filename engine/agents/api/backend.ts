/** A model provider as an agent: opens the model and the tools, runs the loop, and says how it ended. */

import { machineClock } from "../../clock.ts";
import type { Evidence } from "../../failure/evidence.ts";
import type { StageNote } from "../../stages/port.ts";
import { openEnclosed } from "../confine/sandbox.ts";
import { misconfigured } from "../misconfigured.ts";
import type { AgentBackend, AgentReply, AgentRequest } from "../port.ts";
import { evidenceOf } from "./call/failure.ts";
import { instantIn } from "./call/retry-after.ts";
import { openStageBudget } from "./call/stage-budget.ts";
import { openModel } from "./models/open.ts";
import { FAMILY_INSTRUCTIONS, FAMILY_TOOLS, familyOf } from "./profiles/family.ts";
import { systemPrompt } from "./profiles/system.ts";
import { type ApiDeps, type ApiProvider, NO_LIMITS } from "./provider.ts";
import { EFFORTS, formatOf, isEffort } from "./session/fields.ts";
import { type LoopEnd, runLoop } from "./session/run.ts";
import { restored, storedTranscript, type Transcript, userText } from "./session/transcript.ts";
import { modelFetch } from "./stream/fetch.ts";
import { newWire } from "./stream/wire.ts";
import { type ToolHost, toolHost } from "./tools/host.ts";

export type { ApiDeps, ApiProvider } from "./provider.ts";

export function apiBackend(provider: ApiProvider, deps: ApiDeps): AgentBackend {
  return { name: "api", simulated: false, run: (asked) => attempt(provider, deps, asked) };
}

async function attempt(provider: ApiProvider, deps: ApiDeps, asked: AgentRequest): Promise<AgentReply> {
  const { request, settings } = asked;
  const { model: modelName, effort } = settings;
  if (modelName === null)
    return misconfigured(`node ${request.stage.id} names no model for ${provider.name}: add llm_model`);
  if (effort !== null && !isEffort(effort))
    return misconfigured(
      `reasoning_effort=${effort} of node ${request.stage.id} is none of ${EFFORTS.join(", ")}`,
    );

  const opened = await openEnclosed({
    ...{ request, env: asked.env, what: "the tools of its agent", sandbox: deps.sandbox ?? "off" },
    ...{ write: [], statusPath: asked.statusPath, endsWithParent: true, egress: deps.egress ?? null },
  });
  if (!opened.ok) return misconfigured(opened.problem);
  const { room } = opened;
  const time = timeLimit(request.timeoutMs);
  const signal = AbortSignal.any([request.signal, time.signal]);
  const notes: StageNote[] = [];
  const activity = counter(request.activity);
  const host = toolHost({
    ...{ root: request.worktree, statusPath: asked.statusPath, env: asked.env },
    mark: `ATTRACTOR_STAGE_DIR=${request.stageDir}`,
    activity: activity(),
    room,
  });
  try {
    const unusable = await host.begin();
    if (unusable !== null) return misconfigured(unusable);
    const transcript = await beginning(provider, modelName, deps, asked, host, signal, notes);
    asked.log({ kind: "SESSION_START", backend: "api", provider: provider.name, model: modelName });
    asked.log({ kind: "USER_INPUT", text: asked.prompt });
    const family = familyOf(provider, modelName);
    let wire = newWire();
    let made = 0;
    const budget = openStageBudget(
      { usd: request.spendableUsd ?? null, tokens: request.spendableTokens ?? null },
      provider,
      modelName,
      deps,
    );
    const model = await openModel({
      ...{ provider, model: modelName },
      fetch: modelFetch(provider, modelName, () => wire, budget.refuses),
      // Told from those of an earlier stage of the same thread.
      newId: () => `call_${transcript.messages.length}_${++made}`,
    });
    const told = new Set<string>();
    const bytesSeen = activity();
    let earlier = 0;
    const end = await runLoop({
      ...{ provider, modelName, model, deps, budget, settings, host, transcript, signal, log: asked.log },
      mask: request.mask ?? ((text) => text),
      ...{
        steering: asked.steering,
        tools: FAMILY_TOOLS[family],
        cacheKey: `${request.runId}/${request.stage.id}`,
      },
      limits: deps.limits?.(provider.name, modelName) ?? NO_LIMITS,
      use(next) {
        earlier += wire.bytes;
        wire = next;
      },
      activity: (bytes) => bytesSeen(earlier + bytes),
      warn(code, message) {
        asked.log({ kind: "WARNING", code, message });
        if (!told.has(message)) request.note({ event: "warning", code, message });
        told.add(message);
      },
    });
    return reply(provider, modelName, asked, transcript, end, {
      signal: request.signal,
      late: time.late(),
      notes,
      deps,
    });
  } finally {
    time.clear();
    await host.close();
    await room?.leave();
  }
}

/** What an earlier stage of the thread said, or a new conversation; then this stage's prompt. */
async function beginning(
  provider: ApiProvider,
  model: string,
  deps: ApiDeps,
  asked: AgentRequest,
  host: ToolHost,
  signal: AbortSignal,
  notes: StageNote[],
): Promise<Transcript> {
  const { session, request, prompt } = asked;
  const known = session === null ? null : restored(session, provider.protocol, provider.name, model);
  if (typeof known === "string") {
    const message = `${request.stage.id} begins a new session, the one of its thread cannot be gone on with: ${known}`;
    notes.push({ event: "warning", code: "session_not_resumed", message });
  }
  if (known !== null && typeof known !== "string") {
    known.messages.push(userText(prompt));
    return known;
  }
  const command =
    "git rev-parse --abbrev-ref HEAD && git rev-parse --short HEAD && git status --short | wc -l";
  const git = await host.run({ tool: "shell", input: { command }, timeoutMs: 10_000 }, signal);
  const [branch = "", commit = "", changed = ""] = git.output.split("\n");
  const system = systemPrompt(familyOf(provider, model), {
    ...{ worktree: request.worktree, platform: process.platform, model },
    branch: git.ok ? `${branch} at ${commit}, ${changed.trim()} files changed` : "not a repository",
    date: new Date((deps.clock ?? machineClock).now()).toISOString().slice(0, 10),
    instructions: (await deps.instructions?.(FAMILY_INSTRUCTIONS[familyOf(provider, model)])) ?? "",
  });
  return { system, messages: [userText(prompt)] };
}

interface How {
  readonly signal: AbortSignal;
  readonly late: boolean;
  readonly notes: readonly StageNote[];
  readonly deps: ApiDeps;
}

/** The one thing that a first request may be refused for and that can be left out of it. */
const schemaRefused = (
  provider: ApiProvider,
  { settings }: AgentRequest,
  { failure, answers }: LoopEnd,
): boolean =>
  failure?.code === "invalid_request" &&
  answers === 0 &&
  formatOf(provider.protocol, settings).responseFormat !== undefined &&
  /schema|text\.format|response_format/i.test(failure.message);

function reply(
  provider: ApiProvider,
  model: string,
  asked: AgentRequest,
  transcript: Transcript,
  end: LoopEnd,
  { signal, late, notes, deps }: How,
): AgentReply {
  const { log } = asked;
  const { response, usage, failure } = end;
  const evidence: Evidence = late
    ? { timed_out: true }
    : signal.aborted
      ? { canceled: true }
      : failure === null
        ? {}
        : evidenceOf(failure);
  if (failure !== null) log({ kind: "ERROR", error: failure.message, error_code: failure.code });
  log({ kind: "SESSION_END", ...(failure === null ? {} : { error: failure.message }) });
  const until =
    failure?.retryAfterMs == null
      ? null
      : instantIn(failure.retryAfterMs, (deps.clock ?? machineClock).now());
  return {
    ...{ response, usage, evidence, notes },
    session: {
      backend: "api",
      provider: provider.name,
      model,
      data: storedTranscript(provider.protocol, transcript),
    },
    ...(failure === null ? {} : { problem: wording(provider, failure.code, failure.message) }),
    ...(schemaRefused(provider, asked, end) ? { schemaRefused: true } : {}),
    ...(failure?.pause ? { paused: { provider: provider.name, until } } : {}),
  };
}

const OWN = new Set([
  "turn_limit",
  "repeated_malformed_tool_loop",
  "repeated_tool_failure_loop",
  "max_tokens",
  "budget_exceeded",
  "compilation_loop",
]);

const wording = ({ name }: ApiProvider, code: string, message: string): string =>
  OWN.has(code) ? message : `${name}: ${message}`;

function timeLimit(ms: number | null): { signal: AbortSignal; late: () => boolean; clear: () => void } {
  const over = new AbortController();
  const timer = ms === null ? null : setTimeout(() => over.abort("timeout"), Math.min(ms, 2_000_000_000));
  return {
    signal: over.signal,
    late: () => over.signal.aborted,
    clear: () => (timer === null ? undefined : clearTimeout(timer)),
  };
}

/** Several streams of bytes, each told as its own sum, as one sum. */
function counter(tell: (bytes: number) => void): () => (bytes: number) => void {
  let sum = 0;
  return () => {
    let last = 0;
    return (bytes) => {
      sum += Math.max(0, bytes - last);
      last = bytes;
      tell(sum);
    };
  };
}
