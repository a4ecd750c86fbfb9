/** A call's arguments against its tool's schema: the few kinds of values that the tools have. */
import type { Tool } from "./definitions.ts";

interface Kind {
  readonly type?: unknown;
  readonly minimum?: number;
  readonly items?: Kind;
}

/** null when they fit, else what is wrong with them. */
export function problemOfInput({ schema }: Tool, input: unknown): string | null {
  if (input === null || typeof input !== "object" || Array.isArray(input))
    return "the arguments must be an object";
  const given = input as Record<string, unknown>;
  const missing = schema.required.filter((name) => given[name] === undefined);
  if (missing.length > 0) return `${missing.join(", ")} is missing`;
  for (const [name, value] of Object.entries(given)) {
    const kind = schema.properties[name] as Kind | undefined;
    if (kind === undefined)
      return `${name} is not known; known are ${Object.keys(schema.properties).join(", ")}`;
    // Many models say null for "not given".
    if (value === null && !schema.required.includes(name)) {
      delete given[name];
      continue;
    }
    if (!fits(kind, value)) return `${name} must be ${wording(kind)}`;
  }
  return null;
}

function fits({ type, minimum, items }: Kind, value: unknown): boolean {
  if (type === "integer") return Number.isSafeInteger(value) && (value as number) >= (minimum ?? 0);
  if (type === "array")
    return (
      Array.isArray(value) &&
      value.length > 0 &&
      value.every((item) => items === undefined || fits(items, item))
    );
  return typeof value === type;
}

const wording = ({ type, minimum }: Kind): string =>
  type === "integer"
    ? `a whole number from ${minimum ?? 0}`
    : type === "array"
      ? "a list that is not empty"
      : `a ${type}`;
