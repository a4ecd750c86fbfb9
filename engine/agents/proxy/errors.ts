/** Errors as a provider would say them, and what a provider's own errors mean. */
import { fieldsOf, textOf } from "../cli/fields.ts";
import type { Protocol } from "./protocol.ts";

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

const BILLING = /insufficient_quota|billing|credit balance|quota_exceeded|payment/i;

const CODES: Readonly<Record<number, string>> = {
  400: "invalid_request",
  401: "authentication",
  402: "quota",
  403: "permission",
  404: "not_found",
  408: "timeout",
  413: "context_length",
  429: "rate_limit",
  529: "overloaded",
};

/** `body`: the beginning of the answer. */
export function upstreamError(
  status: number,
  body: string,
  retryAfter: string | undefined,
  now: number,
): UpstreamError {
  const { message, code, type } = readError(body);
  const billing =
    status === 402 ||
    ((status === 429 || status === 403 || status === 400) && BILLING.test(`${code} ${type} ${message}`));
  return {
    status,
    code: billing ? "quota" : (CODES[status] ?? (status >= 500 ? "server" : "api")),
    message: message || `HTTP ${status}`,
    until: untilOf(retryAfter, now),
  };
}

function readError(body: string): { message: string; code: string; type: string } {
  try {
    const json: unknown = JSON.parse(body);
    const error = fieldsOf(fieldsOf(Array.isArray(json) ? json[0] : json).error);
    return { message: textOf(error.message), code: textOf(error.code), type: textOf(error.type) };
  } catch {
    return { message: body.slice(0, 300), code: "", type: "" };
  }
}

function untilOf(retryAfter: string | undefined, now: number): string | null {
  if (retryAfter === undefined) return null;
  const seconds = Number(retryAfter);
  const at = Number.isFinite(seconds) ? now + seconds * 1000 : Date.parse(retryAfter);
  return Number.isFinite(at) && Math.abs(at) < 8.64e15 ? new Date(at).toISOString() : null;
}
