/** Errors as a provider would say them, and what a provider's own errors mean. */
import type { Protocol } from "../../config/known-providers.ts";
import { failureOf } from "../api/call/errors.ts";
import { instantIn } from "../api/call/retry-after.ts";

export interface UpstreamError {
  readonly status: number;
  readonly code: string;
  readonly message: string;
  /** When the provider says that it may be asked again; an instant. */
  readonly until: string | null;
}

const ANTHROPIC: Readonly<Record<number, string>> = {
  401: "authentication_error",
  402: "billing_error",
  429: "rate_limit_error",
};
const GOOGLE: Readonly<Record<number, string>> = { 401: "UNAUTHENTICATED", 429: "RESOURCE_EXHAUSTED" };
const OPENAI: Readonly<Record<number, string>> = { 402: "insufficient_quota", 429: "rate_limit_exceeded" };

export function errorBody(protocol: Protocol, status: number, message: string): string {
  if (protocol === "anthropic_messages") {
    const type = ANTHROPIC[status] ?? "permission_error";
    return JSON.stringify({ type: "error", error: { type, message } });
  }
  if (protocol === "google_generate_content") {
    const name = GOOGLE[status] ?? "PERMISSION_DENIED";
    return JSON.stringify({ error: { code: status, message, status: name } });
  }
  const code = OPENAI[status] ?? "refused";
  return JSON.stringify({ error: { message, type: code, code, param: null } });
}

/** `body`: the beginning of the answer. */
export function upstreamError(
  status: number,
  body: string,
  headers: Readonly<Record<string, string>>,
  now: number,
  mask: (text: string) => string,
): UpstreamError {
  const error = {
    statusCode: status,
    responseHeaders: headers,
    responseBody: body,
    message: `HTTP ${status}`,
  };
  const { code, message, retryAfterMs } = failureOf(error, now, mask);
  const until = retryAfterMs === null ? null : instantIn(retryAfterMs, now);
  return { status, code, message, until };
}
