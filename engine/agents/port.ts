/** What an agent stage needs of a model, a CLI or a script: the one port between the stage and every backend. */

import type { JsonValue, Outcome, Usage } from "../core/outcome.ts";
import type { Evidence } from "../failure/evidence.ts";
import type { StageNote, StageRequest } from "../stages/port.ts";
import type { JsonSchema } from "./response-schema.ts";

/** What a stage is to run with: resolved from node, stylesheet, graph and configuration before a backend is asked. */
export interface ModelSettings {
  /** null: the provider's own default, which only a command or a CLI can have. */
  readonly model: string | null;
  /** Only what the author wrote; null sends nothing. */
  readonly effort: string | null;
  /** Longest reply of the model. */
  readonly maxTokens: number | null;
  /** Model answers in one attempt; 0 means no limit. */
  readonly maxTurns: number;
  readonly commandTimeoutMs: number;
  readonly maxCommandTimeoutMs: number;
  /** What the last words must fit. `natively`: by the provider's or the CLI's own means too, where they have some. */
  readonly responseSchema: { readonly schema: JsonSchema; readonly natively: boolean } | null;
  /** Shell commands around each tool call (specification 9.7). */
  readonly hooks: { readonly pre: string | null; readonly post: string | null };
}

/** A conversation that a later stage of the same thread can go on with (fidelity `full`). Plain data: it is stored. */
export interface AgentSession {
  readonly backend: string;
  readonly provider: string;
  readonly model: string | null;
  /** An API backend's transcript, a CLI's session id: only the backend that made it reads it. */
  readonly data: JsonValue;
}

/** What a person says to an agent while it works: handed over between turns, once. */
export interface Steering {
  take(): Promise<readonly string[]>;
  /** The agent has answered, in that turn, with all before it that was taken. */
  answered(turn: number): void;
}

/** One line of the attempt's `events.ndjson`. */
export interface AgentEvent {
  readonly kind:
    | "SESSION_START"
    | "USER_INPUT"
    | "ASSISTANT"
    | "TOOL_CALL_START"
    | "TOOL_CALL_END"
    | "STEERING_INJECTED"
    | "TURN_LIMIT"
    | "LOOP_DETECTION"
    | "WARNING"
    | "ERROR"
    | "SESSION_END";
  readonly call_id?: string;
  readonly tool?: string;
  /** What a tool was called with, whoever called it. */
  readonly input?: JsonValue;
  readonly error?: string;
  readonly finish_reason?: "stop" | "tool_calls" | "length" | "error";
  readonly [field: string]: JsonValue | undefined;
}

export interface AgentRequest {
  readonly request: StageRequest;
  readonly prompt: string;
  /** The same text in the attempt's folder, for a process's standard input. */
  readonly promptFile: string;
  readonly env: Readonly<Record<string, string>>;
  /** Where the status contract asks for the outcome; absolute. */
  readonly statusPath: string;
  readonly settings: ModelSettings;
  /** What to go on with; null begins anew. */
  readonly session: AgentSession | null;
  readonly steering: Steering;
  /** Into `events.ndjson`; masked and bounded there. */
  readonly log: (event: AgentEvent) => void;
}

export interface AgentReply {
  /** What the agent said; kept as response.md. */
  readonly response: string;
  readonly evidence: Evidence;
  /** Why it failed, when the evidence says that it did; a status file may say it better. */
  readonly problem?: string;
  readonly usage?: readonly Usage[];
  /** A backend that knows the outcome itself (simulation, typed failures) says it; else the status contract decides. */
  readonly outcome?: Outcome;
  /** Where the conversation stands now, for a later stage of its thread. */
  readonly session?: AgentSession;
  /** The provider asked for a pause instead (a billing or quota stop): the run waits for a person, until then if known. */
  readonly paused?: { readonly provider: string; readonly until: string | null };
  /** It failed because the provider or the CLI does not take the schema: in words alone it may go. */
  readonly schemaRefused?: boolean;
  /** Worth a line in the run's log, e.g. that a session could not be taken up. */
  readonly notes?: readonly StageNote[];
}

/** Honours the request's timeout and signal: when `run` settles, nothing that it started is alive. */
export interface AgentBackend {
  readonly name: string;
  /** True when no model was paid and nothing real was done: said in manifest, final and summaries (R-RUN-5). */
  readonly simulated: boolean;
  /** What its prompts begin with, where it has no other place for it. */
  readonly instructions?: () => Promise<string>;
  run(request: AgentRequest): Promise<AgentReply>;
}

/** By a backend's name, as the log has it: it takes words between two of its turns. What waits for the others stands in their prompt. */
export const hearsAtWork = (backend: string): boolean => backend === "api";
