/** One attempt of an agent stage by the API backend, against a scripted model on loopback. */
import { join } from "node:path";
import { onTestFinished } from "vitest";
import { apiBackend } from "../../../engine/agents/api/backend.ts";
import type { ApiDeps, ApiProtocol, ApiProvider } from "../../../engine/agents/api/provider.ts";
import type {
  AgentEvent,
  AgentReply,
  AgentSession,
  ModelSettings,
  Steering,
} from "../../../engine/agents/port.ts";
import { settingsOf } from "../../../engine/agents/settings.ts";
import { stageEnv } from "../../../engine/stages/env.ts";
import type { StageRequest } from "../../../engine/stages/port.ts";
import { agent, type Scene, scene } from "../../stages/scene.ts";
import { saying } from "../request.ts";
import { BASE, still } from "./asked.ts";
import { spoken, type Turn } from "./wire/script.ts";
import { byteServer, type Received, type Reply } from "./wire/server.ts";

export interface Trial {
  readonly reply: AgentReply;
  readonly events: readonly AgentEvent[];
  readonly received: readonly Received[];
  readonly at: Scene;
  readonly slept: readonly number[];
}

export interface TrialOptions {
  readonly protocol?: ApiProtocol;
  readonly model?: string;
  readonly settings?: Partial<ModelSettings>;
  readonly provider?: Partial<ApiProvider>;
  readonly deps?: Partial<ApiDeps>;
  readonly session?: AgentSession;
  readonly steering?: Steering;
  readonly prompt?: string;
  readonly at?: Scene;
  readonly request?: Partial<StageRequest>;
  readonly onEvent?: (event: AgentEvent) => void;
}

const MODELS: Readonly<Record<ApiProtocol, string>> = {
  anthropic_messages: "claude-opus-4-6",
  openai_chat_completions: "glm-4.7",
  openai_responses: "gpt-5.2",
  google_generate_content: "gemini-3-pro-preview",
};

/** The tools' process runs the sources here, which Node need not read anew for each test. */
const COMPILED: Readonly<Record<string, string>> =
  process.env.NODE_COMPILE_CACHE === undefined ? {} : { NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE };

/** Turns in order, the last one for good; or replies as bytes. */
export async function trial(
  script: readonly (Turn | Reply)[] | ((nth: number, request: Received) => Turn | Reply),
  options: TrialOptions = {},
): Promise<Trial> {
  const protocol = options.protocol ?? "anthropic_messages";
  const server = await byteServer((request, nth) => {
    const next =
      typeof script === "function" ? script(nth, request) : script[Math.min(nth, script.length - 1)]!;
    return "kind" in next ? next : spoken(protocol, next, nth);
  });
  onTestFinished(() => server.close());
  const at = options.at ?? scene(agent());
  const request = { ...at.request, ...options.request };
  const events: AgentEvent[] = [];
  const clock = still();
  const provider: ApiProvider = {
    ...{ name: "test", protocol, baseUrl: server.url + BASE[protocol], apiKey: "key-of-test", maxRetries: 0 },
    ...options.provider,
  };
  const backend = apiBackend(provider, { price: () => 0.25, clock, random: () => 0.5, ...options.deps });
  const reply = await backend.run({
    request,
    prompt: options.prompt ?? "Do the work",
    promptFile: join(at.stageDir, "prompt.md"),
    env: { ...stageEnv(request, process.env, []), ...COMPILED },
    statusPath: join(at.stageDir, "status.json"),
    settings: { ...settingsOf(request.stage), model: options.model ?? MODELS[protocol], ...options.settings },
    session: options.session ?? null,
    steering: options.steering ?? saying(),
    log(event) {
      events.push(event);
      options.onEvent?.(event);
    },
  });
  return { reply, events, received: server.received, at, slept: clock.slept };
}

export const kinds = (events: readonly AgentEvent[]): string[] => events.map(({ kind }) => kind);

/** What the tools answered, in the order of the calls. */
export function ends(events: readonly AgentEvent[]): readonly AgentEvent[] {
  const order = events.flatMap(({ kind, call_id }) => (kind === "TOOL_CALL_START" ? [call_id] : []));
  return events
    .filter(({ kind }) => kind === "TOOL_CALL_END")
    .sort((a, b) => order.indexOf(a.call_id) - order.indexOf(b.call_id));
}
