/** Numbers are noise, but for a status code that a word beside it names, a port, and what a specification counts. */
import type { Token } from "./tokens.ts";
import { CLOSED, stem } from "./words.ts";

export interface TellingNumber {
  readonly kind: "status" | "port" | "ordinal";
  readonly key: string;
}

/** From here on systems hand out ports as they come. */
const EPHEMERAL = 32_768;
/** "criterion 3" and "criterion 4" are two things, "line 3" and "line 4" two places of one. */
const ORDERED = new Set(
  "criterion criteria requirement argument parameter level chapter section part case question ticket"
    .split(" ")
    .map(stem),
);
const STATUSES = new Set(
  "400 401 403 404 405 409 410 412 413 415 422 423 424 429 500 501 502 503 504 529".split(" "),
);
const GOT = new Set("got returned returns responded responds answered answers".split(" "));
const STATUS_BEFORE = new Set(["http", "status", "statuscode", "statu", "response", "error"]);
const STATUS_AFTER = [
  "not found",
  "unauthorized",
  "forbidden",
  "bad ",
  "internal",
  "service",
  "gateway",
  "too many",
  "conflict",
  "gone",
  "overloaded",
];

export function tellingNumber(tokens: readonly Token[], i: number): TellingNumber | null {
  const { text } = tokens[i]!;
  if (!/\d/.test(text)) return null;
  const before = tokens[i - 1]?.stem ?? "";
  if (STATUSES.has(text)) {
    const after = `${tokens[i + 1]?.lower ?? ""} ${tokens[i + 2]?.lower ?? ""}`;
    const next = tokens[i + 1];
    const got = GOT.has(
      before === "a" || before === "with" ? (tokens[i - 2]?.lower ?? "") : (tokens[i - 1]?.lower ?? ""),
    );
    const named =
      STATUS_BEFORE.has(before) ||
      (got && (next === undefined || next.line !== tokens[i]!.line || CLOSED.has(next.stem))) ||
      STATUS_AFTER.some((phrase) => after.startsWith(phrase));
    return named ? { kind: "status", key: `e${text}` } : null;
  }
  if (ORDERED.has(before) && /^#?\d{1,3}(?:\.\d{1,3})*$/.test(text) && !isCount(tokens, i))
    return { kind: "ordinal", key: `${before}-${text.replace("#", "")}` };
  const port = portIn(tokens, i);
  return port !== undefined && Number(port) < EPHEMERAL ? { kind: "port", key: `port-${port}` } : null;
}

/** "case 3 of 7", "level 2/5": how far it came. */
const isCount = (tokens: readonly Token[], i: number): boolean =>
  tokens[i]!.after === "/" || tokens[i + 1]?.lower === "of" || tokens[i - 1]!.line !== tokens[i]!.line;

/** "port 8080", ":8080", "127.0.0.1:8080", "localhost:8080" */
function portIn(tokens: readonly Token[], i: number): string | undefined {
  const { text, before } = tokens[i]!;
  if (/^\d{2,5}$/.test(text)) return before === ":" || tokens[i - 1]?.stem === "port" ? text : undefined;
  return /(?:^localhost|\d\.\d{1,3}|\]):(\d{2,5})$/.exec(text)?.[1];
}
