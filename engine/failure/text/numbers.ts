/** Numbers are noise, but for a status code that a word beside it names, and the port of a known service. */
import type { Token } from "./tokens.ts";
import { CLOSED } from "./words.ts";

export interface TellingNumber {
  readonly kind: "status" | "port";
  readonly key: string;
}

const SERVICE_PORTS = new Set(
  "22 25 53 1433 1521 2375 3306 5432 5672 6379 8200 9092 9200 11211 27017".split(" "),
);
const STATUSES = new Set(
  "400 401 403 404 405 409 410 412 413 415 422 423 424 429 500 501 502 503 504".split(" "),
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
  const port = before === "port" ? text : /[\d\]]:(\d{2,5})$/.exec(text)?.[1];
  return port !== undefined && SERVICE_PORTS.has(port) ? { kind: "port", key: `port-${port}` } : null;
}
