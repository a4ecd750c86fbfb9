/** From what a provider or the network says to a typed failure. Words outrank statuses: a 429 may mean an empty account. */
import { classOfErrorCode } from "../../../failure/error-codes.ts";
import { cutEnd } from "../../../stages/text.ts";
import type { CallFailure } from "./failure.ts";
import { retryAfterMs } from "./retry-after.ts";

interface Said {
  readonly status: number | null;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: unknown;
  readonly message: string;
  readonly cause: string | null;
}

/** Asked in this order of the error's own words: types, codes and message. */
const BY_WORDS: readonly (readonly [code: string, words: RegExp])[] = [
  // Google says of a minute's limit, too, that plan and billing are to be checked: which limit it is stands beside it.
  ["quota", /PerDay|\blimit: 0\b/],
  // OpenAI names, beside the wait, the page where more can be paid for.
  ["rate_limit", /PerMinute|please (?:retry|try again) in \d|rate limit reached for /i],
  [
    "quota",
    /insufficient_quota|quota_exceeded|exceeded_current_quota|insufficient[ _]balance|credit balance|billing|payment_required|in arrears|usage limit reached|(?:reached|hit) (?:your|its) (?:\w+ ){0,3}usage limit|hit your (?:(?:session|weekly|daily) )?limit|exhausted your (?:\w+ ){0,2}quota|"code":"?(?:1113|1308|1309|1310)\b/i,
  ],
  [
    "context_length",
    /context_length|context[ _](?:window|limit|size)|maximum context|prompt (?:is too long|exceeds max)|model token limit|too many (?:input )?tokens|input token count|request_too_large|reduce the length/i,
  ],
  [
    "content_filter",
    /content[ _]filter|content_policy|safety_violation|flagged (?:as|for)|sensitive content/i,
  ],
  [
    "model_not_found",
    /model_not_found|not_found_error.*model|model.*(?:not found|does not exist)|no such model/i,
  ],
  ["overloaded", /overloaded|server is busy|engine_overloaded/i],
  ["rate_limit", /rate_limit|rate limit|too many requests|RESOURCE_EXHAUSTED|"code":"?(?:1302|1305)\b/i],
  ["authentication", /authentication_error|invalid_api_key|UNAUTHENTICATED|invalid x-api-key/i],
  ["permission_denied", /permission_error|PERMISSION_DENIED|access_terminated/i],
];

const BY_STATUS: Readonly<Record<number, string>> = {
  400: "invalid_request",
  401: "authentication",
  402: "quota",
  403: "permission_denied",
  404: "not_found",
  408: "request_timeout",
  409: "unavailable",
  413: "context_length",
  422: "invalid_request",
  425: "unavailable",
  429: "rate_limit",
  500: "server",
  502: "bad_gateway",
  503: "service_unavailable",
  504: "gateway_timeout",
  529: "overloaded",
};

/** A message may name them without meaning them: these statuses are what they are. */
const PLAIN = new Set([401, 408, 500, 502, 503, 504, 529]);
const TRANSIENT = new Set([
  ...["request_timeout", "unavailable", "rate_limit", "server", "bad_gateway", "service_unavailable"],
  ...["gateway_timeout", "overloaded", "stream_closed"],
]);
const MESSAGE_BYTES = 2000;
/** More is not looked through for secrets: it is cut away far below. */
const READ_CHARS = 256 * 1024;

/** `mask`: before what was said is cut, or half a secret at the cut would pass (R-SEC-4). */
export function failureOf(error: unknown, now: number, mask: (text: string) => string): CallFailure {
  const said = read(error);
  const code = codeOf(said);
  const transient = TRANSIENT.has(code) || said.cause !== null;
  return {
    code,
    status: said.status,
    message: cutEnd(mask(wording(said).slice(0, READ_CHARS)), MESSAGE_BYTES),
    retryable: transient,
    retryAfterMs: retryAfterMs(said.headers, said.body, now),
    pause: code === "quota",
  };
}

function codeOf({ status, body, message, cause }: Said): string {
  if (cause !== null) return cause;
  if (status !== null && PLAIN.has(status)) return BY_STATUS[status]!;
  const told = codeInWords(`${message.slice(0, WORDS / 2)} ${JSON.stringify(body) ?? ""}`);
  if (told !== null) return told;
  if (status === null) return "stream_closed";
  return BY_STATUS[status] ?? (status >= 500 ? "server" : "invalid_request");
}

/** What an error means stands at its beginning; the expressions must not take for ever on the rest. */
const WORDS = 16 * 1024;

/** null: they say nothing that is known. */
export function codeInWords(text: string): string | null {
  const words = text.slice(0, WORDS);
  return BY_WORDS.find(([, pattern]) => pattern.test(words))?.[0] ?? null;
}

function wording({ status, message, body }: Said): string {
  const own = messageIn(body) ?? message;
  return status === null ? own : `HTTP ${status}: ${own}`;
}

function messageIn(body: unknown): string | null {
  const at = Array.isArray(body) ? body[0] : body;
  if (at === null || typeof at !== "object") return null;
  const { error = at } = at as { error?: unknown };
  if (typeof error === "string") return error;
  const { message } = (error ?? {}) as { message?: unknown };
  return typeof message === "string" && message !== "" ? message : null;
}

/** The library's words for whatever breaks an answer that has begun. */
const UNTOLD = "Failed to process successful response";

/** Errors of the SDK, of `fetch`, and frames that came inside a stream. */
function read(error: unknown): Said {
  if (error === null || typeof error !== "object") return said({ message: String(error) });
  const given = error as Record<string, unknown>;
  const text = typeof given.responseBody === "string" ? given.responseBody : null;
  const own = typeof given.message === "string" ? given.message : (messageIn(error) ?? "the call failed");
  const message = own === UNTOLD && given.cause instanceof Error ? `${own}: ${given.cause.message}` : own;
  // An answer that began well and broke is no HTTP error, whatever status it began with.
  const status = typeof given.statusCode === "number" && given.statusCode >= 300 ? given.statusCode : null;
  return said({
    status,
    message,
    headers: (given.responseHeaders ?? {}) as Record<string, string>,
    body: text === null ? (given.data ?? (error instanceof Error ? undefined : error)) : parsed(text),
    cause: status === null ? networkCode(error) : null,
  });
}

const said = (some: Partial<Said> & { message: string }): Said => ({
  status: null,
  headers: {},
  body: undefined,
  cause: null,
  ...some,
});

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text.slice(0, MESSAGE_BYTES);
  }
}

const NETWORK =
  /^(?:ECONN|ETIMEDOUT|EAI_|ENOTFOUND|EPIPE|EHOST|ENET|UND_ERR|ERR_STREAM|CERT_|ERR_TLS|DEPTH_)/;
/** Nothing was reached, by names that the engine's table does not have. */
const NOT_REACHED = /^(?:ENOTFOUND|UND_ERR_CONNECT|CERT_|ERR_TLS|DEPTH_)/;

/** The system's own word for it, wherever in the chain of causes it stands. */
function networkCode(error: object): string | null {
  for (let at: unknown = error, depth = 0; at instanceof Error && depth < 8; at = at.cause, depth++) {
    const { code } = at as NodeJS.ErrnoException;
    if (typeof code === "string" && NETWORK.test(code)) {
      const word = code.toLowerCase();
      if (classOfErrorCode(word) !== null) return word;
      return NOT_REACHED.test(code) ? "network" : "connection";
    }
    if (at.message === "terminated" && !(at.cause instanceof Error)) return "connection";
  }
  return null;
}
