/** A model provider as the configuration declares it, with its key; what else a call needs comes by `ApiDeps`. */

import type { Clock } from "../../clock.ts";
import type { Usage } from "../../core/outcome.ts";
import type { Sandbox } from "../confine/sandbox.ts";
import type { Instructions } from "../instructions.ts";

export const PROTOCOLS = [
  "anthropic_messages",
  "openai_chat_completions",
  "openai_responses",
  "google_generate_content",
] as const;
export type ApiProtocol = (typeof PROTOCOLS)[number];

export interface ApiProvider {
  readonly name: string;
  readonly protocol: ApiProtocol;
  readonly baseUrl: string;
  /** Below `baseUrl`; without it the protocol's own. `{model}` stands for the model. */
  readonly path?: string | undefined;
  readonly apiKey: string;
  readonly headers?: Readonly<Record<string, string>> | undefined;
  /** Of one model call, before anything of its answer came. */
  readonly maxRetries: number;
}

/** What the catalog knows of a model; null where it does not know. */
export interface ModelLimits {
  readonly maxOutputTokens: number | null;
  readonly contextTokens: number | null;
}

export const NO_LIMITS: ModelLimits = { maxOutputTokens: null, contextTokens: null };

export interface ApiDeps {
  /** US dollars, or null when nobody can tell. */
  readonly price: (provider: string, model: string, usage: Usage) => number | null;
  /** Of a call that nobody can price, where money is bounded; block when absent. */
  readonly onUnknown?: "block" | "allow";
  readonly limits?: (provider: string, model: string) => ModelLimits;
  readonly clock?: Clock;
  /** From 0 to 1, for the spread of delays. */
  readonly random?: () => number;
  /** Longest silence of a stream. */
  readonly idleMs?: number;
  /** Instruction files of the repository as the base ref has them, for the system prompt (R-AGENT-22). */
  readonly instructions?: Instructions;
  /** Of what the tools do; off when absent. */
  readonly sandbox?: Sandbox;
  /** Hosts that they may speak to; all when absent. */
  readonly egress?: readonly string[] | null;
}
