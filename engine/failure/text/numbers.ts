/** Numbers are noise, but for a status code that a word beside it names, and the port of a known service. */
import type { Token } from "./tokens.ts";

export interface TellingNumber {
  readonly kind: "status" | "port";
  readonly key: string;
}

const SERVICE_PORTS = new Set(
  "22 25 53 1433 1521 2375 3306 5432 5672 6379 8200 9092 9200 11211 27017".split(" "),
);
const STATUS_BEFORE = new Set(["http", "status", "statuscode", "statu", "response"]);
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
  if (/^[45]\d\d$/.test(text)) {
    const after = `${tokens[i + 1]?.lower ?? ""} ${tokens[i + 2]?.lower ?? ""}`;
    const named = STATUS_BEFORE.has(before) || STATUS_AFTER.some((phrase) => after.startsWith(phrase));
    return named ? { kind: "status", key: `e${text}` } : null;
  }
  const port = before === "port" ? text : /[\d\]]:(\d{2,5})$/.exec(text)?.[1];
  return port !== undefined && SERVICE_PORTS.has(port) ? { kind: "port", key: `port-${port}` } : null;
}
