/** Words of a reason that tell its class. Whole words only: a number inside a number or a name classifies nothing (R-FAIL-5). */
import type { FailureClass } from "./classes.ts";
import { crumbOf } from "./text/breadcrumbs.ts";
import { clean } from "./text/clean.ts";
import { type Scan, scan, type Token } from "./text/tokens.ts";

export interface Cue {
  readonly class: FailureClass;
  readonly words: string;
}

const PHRASES: Partial<Record<FailureClass, readonly string[]>> = {
  transient_infra: [
    "timed out",
    "deadline exceeded",
    "connection refused",
    "connection reset",
    "connection closed",
    "connection aborted",
    "connection error",
    "could not resolve host",
    "could not resolve hostname",
    "name resolution",
    "network is unreachable",
    "network unreachable",
    "network error",
    "no route to host",
    "broken pipe",
    "socket hang up",
    "handshake timeout",
    "early eof",
    "hung up unexpectedly",
    "dial tcp",
    "transport is closing",
    "stream disconnected",
    "stream closed before",
    "temporarily unavailable",
    "temporary failure",
    "try again later",
    "rate limit",
    "rate limited",
    "rate limits",
    "rate-limited",
    "too many requests",
    "service unavailable",
    "bad gateway",
    "gateway timeout",
    "gateway time-out",
    "internal server error",
    "server overloaded",
    "overloaded_error",
    "rate_limit_error",
    "econnrefused",
    "econnreset",
    "etimedout",
    "eai_again",
    "enetunreach",
    "ehostunreach",
    "net::err_internet_disconnected",
    "net::err_connection_refused",
    "connectionrefusederror",
    "connectionreseterror",
    "toolchain_or_dependency_registry_unavailable",
    "toolchain_workspace_io",
  ],
  budget_exhausted: [
    "turn limit",
    "max turns reached",
    "max turns exceeded",
    "max_turns reached",
    "max_turns exceeded",
    "token limit reached",
    "token limit exceeded",
    "token budget exceeded",
    "max_tokens reached",
    "max tokens reached",
    "context length exceeded",
    "context_length_exceeded",
    "context window exceeded",
    "maximum context length",
    "prompt is too long",
    "budget exhausted",
    "budget exceeded",
  ],
  structural: ["write scope violation", "write_scope_violation", "scope violation", "scope_violation"],
};

interface Known {
  readonly words: readonly string[];
  readonly class: FailureClass;
}

const BY_FIRST_WORD: ReadonlyMap<string, readonly Known[]> = Map.groupBy(
  Object.entries(PHRASES).flatMap(([name, phrases]) =>
    phrases.map((phrase): Known => ({ words: phrase.split(" "), class: name as FailureClass })),
  ),
  (known) => known.words[0]!,
);

/** The first cue of the text, left to right: a reason names its cause before its consequences. */
export function cueIn(reason: string): Cue | null {
  const text = clean(reason);
  const read = scan(text);
  const unspoken = mentioned(text.split("\n"), read);
  const words = read.tokens.map((token) => token.text.toLowerCase());
  for (let i = 0; i < words.length; i++) {
    if (unspoken.has(i)) continue;
    const known = BY_FIRST_WORD.get(words[i]!)?.find((cue) =>
      cue.words.every((word, j) => words[i + j] === word),
    );
    if (known !== undefined) return { class: known.class, words: known.words.join(" ") };
    if (isTimeout(words, i)) return { class: "transient_infra", words: "timeout" };
    if (isCanceled(read.tokens, words, i)) return { class: "deterministic", words: words[i]! };
    if (isServerStatus(read.tokens, words, i)) return { class: "transient_infra", words: `HTTP ${words[i]}` };
  }
  return null;
}

/** A line about an assertion or a test speaks of timeouts and status codes as its subject, not as its cause. */
const ABOUT_TESTS =
  /\b(?:expect(?:ed|s)?|assert\w*|should|received|test|tests|hook|spec|suite|locator)\b|--- FAIL|\bFAIL(?:ED)?\b.*::/i;

/** "npm test" is a command, not a test. */
const TEST_COMMAND = /\b(?:npm|pnpm|yarn|bun|deno|cargo|go|make|dotnet|mvn|gradle) (?:run )?test\b/g;

/** Tokens that only mention: all of a line about tests. */
function mentioned(lines: readonly string[], { tokens }: Scan): Set<number> {
  const about = lines.map(
    (line) => ABOUT_TESTS.test(line.replace(TEST_COMMAND, "")) || crumbOf(line) !== null,
  );
  return new Set(tokens.flatMap((token, i) => (about[token.line] ? [i] : [])));
}

const TIMEOUT_BEFORE = new Set(
  "request connection connect read write socket network handshake i/o operation stage tool command gate job idle stall dns query lock upstream server provider session".split(
    " ",
  ),
);
const TIMEOUT_AFTER = new Set("exceeded expired reached after waiting while elapsed".split(" "));

/** "timeout" where something ran out of time, not where an option or a function is called so. */
function isTimeout(words: readonly string[], i: number): boolean {
  if (words[i] !== "timeout") return false;
  return (
    words.length === 1 || TIMEOUT_BEFORE.has(words[i - 1] ?? "") || TIMEOUT_AFTER.has(words[i + 1] ?? "")
  );
}

const CANCELABLE = new Set(
  "operation run job stage request execution workflow task attempt context session".split(" "),
);
const CANCELED_BY = new Set("user operator signal policy person coordinator".split(" "));

/**
 * "canceled" is the reason where a clause begins with it or with what was canceled; elsewhere it may be what the work is about.
 * Only the run itself cancels, and it knows without a text: whoever says so here has failed (R-FAIL-4).
 */
function isCanceled(tokens: readonly Token[], words: readonly string[], i: number): boolean {
  if (words[i] !== "canceled" && words[i] !== "cancelled") return false;
  if (words.length === 1) return true;
  let start = i;
  if (words[start - 1] === "was") start--;
  const named = CANCELABLE.has(words[start - 1] ?? "");
  if (named) start--;
  if (words[start - 1] === "the") start--;
  const begins =
    start === 0 || tokens[start - 1]!.after === ":" || tokens[start - 1]!.line !== tokens[start]!.line;
  const by =
    words[i + 1] === "by" && (CANCELED_BY.has(words[i + 2] ?? "") || CANCELED_BY.has(words[i + 3] ?? ""));
  const ends = i === words.length - 1 || tokens[i]!.after !== " ";
  return begins && (by || (named && ends));
}

const SERVER_STATUS = new Set([
  "408",
  "425",
  "429",
  "500",
  "502",
  "503",
  "504",
  "520",
  "521",
  "522",
  "523",
  "524",
  "529",
]);
const STATUS_BEFORE = new Set([
  "http",
  "http/1.1",
  "http/2",
  "status",
  "response",
  "statuscode",
  "error",
  "returned",
  "responded",
  "with",
]);
const PHRASE_AFTER = [
  "bad gateway",
  "service unavailable",
  "gateway time",
  "too many",
  "internal server",
  "request timeout",
  "overloaded",
];
const COUNTED_AFTER = new Set(
  "times lines line tests test files errors warnings items rows ms s of passed failed".split(" "),
);

/** A status code stands alone as a number and beside a word of HTTP. */
function isServerStatus(tokens: readonly Token[], words: readonly string[], i: number): boolean {
  if (!SERVER_STATUS.has(words[i]!) || /[\d.]/.test(tokens[i]!.before)) return false;
  const after = `${words[i + 1] ?? ""} ${words[i + 2] ?? ""}`;
  if (PHRASE_AFTER.some((phrase) => after.startsWith(phrase))) return true;
  if (COUNTED_AFTER.has(words[i + 1] ?? "") || words[i - 2] === "exit") return false;
  const before = words[i - 1] ?? "";
  if (before === "with") return words[i - 2] === "responded" || words[i - 2] === "failed";
  return (
    STATUS_BEFORE.has(before) ||
    (before === "code" &&
      (words[i - 2] === "status" || words[i - 2] === "response" || words[i - 2] === "http"))
  );
}
