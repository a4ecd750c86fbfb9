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

export function errorBody(protocol: Protocol, status: number, message: string): string {
  if (protocol === "anthropic_messages") {
    const type =
      status === 401 ? "authentication_error" : status === 402 ? "billing_error" : "permission_error";
    return JSON.stringify({ type: "error", error: { type, message } });
  }
  if (protocol === "google_generate_content") {
    const name = status === 401 ? "UNAUTHENTICATED" : "PERMISSION_DENIED";
    return JSON.stringify({ error: { code: status, message, status: name } });
  }
  const code = status === 402 ? "insufficient_quota" : "refused";
  return JSON.stringify({ error: { message, type: code, code, param: null } });
}

/** `body`: the beginning of the answer. */
export function upstreamError(
  status: number,
  body: string,
  headers: Readonly<Record<string, string>>,
  now: number,
): UpstreamError {
  const error = {
    statusCode: status,
    responseHeaders: headers,
    responseBody: body,
    message: `HTTP ${status}`,
  };
  const { code, message, retryAfterMs } = failureOf(error, now);
  const until = retryAfterMs === null ? null : instantIn(retryAfterMs, now);
  return { status, code, message, until };
}
