/** Which requests of a CLI are passed on: calls of the model and questions about models, nothing else of the account. */
import type { Protocol } from "../../config/known-providers.ts";

export interface ApiRoute {
  /** Below the provider's base address. */
  readonly path: string;
  readonly search: string;
  /** Paid for; the others only ask. */
  readonly isCall: boolean;
  /** Where the protocol names the model in the path. */
  readonly model: string | null;
}

const CALLS: Readonly<Record<Protocol, RegExp>> = {
  anthropic_messages: /^\/messages$/,
  openai_responses: /^\/responses(?:\/compact)?$/,
  openai_chat_completions: /^\/chat\/completions$/,
  google_generate_content: /^\/models\/([\w.-]+):(?:streamGenerateContent|generateContent)$/,
};

const QUESTIONS: Readonly<Record<Protocol, RegExp>> = {
  anthropic_messages: /^\/(?:messages\/count_tokens|models(?:\/[\w.-]+)?)$/,
  openai_responses: /^\/models(?:\/[\w.-]+)?$/,
  openai_chat_completions: /^\/models(?:\/[\w.-]+)?$/,
  google_generate_content: /^\/models(?:\/[\w.-]+(?::countTokens)?)?$/,
};

/** null: not for a stage. `target` as it stands in the request line. */
export function apiRouteOf(protocol: Protocol, method: string, target: string): ApiRoute | null {
  const [raw = "", ...query] = target.split("?");
  const path = raw.replace(/^\/v1(?:beta|alpha)?(?=\/)/, "");
  const search = query.length === 0 ? "" : `?${query.join("?")}`;
  // An address would be read as another one by these.
  if (path.split("/").some((part) => part === "." || part === "..")) return null;
  const call = CALLS[protocol].exec(path);
  if (call !== null && method === "POST") {
    return { path, search, isCall: true, model: call[1] ?? null };
  }
  const asks =
    QUESTIONS[protocol].test(path) && (method === "GET" || /(?:count_tokens|:countTokens)$/.test(path));
  return asks ? { path, search, isCall: false, model: null } : null;
}
