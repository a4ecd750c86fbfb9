/** One line of an attempt's `events.ndjson` as a person reads it. */
import * as z from "zod/mini";

const Line = z.object({
  kind: z.string(),
  tool: z.optional(z.string()),
  input: z.optional(z.unknown()),
  text: z.optional(z.string()),
  message: z.optional(z.string()),
  error: z.optional(z.string()),
});

const LONGEST = 300;

/** Null: nothing that a person asks for. */
export function agentLine(line: string): string | null {
  const parsed = Line.safeParse(json(line));
  if (!parsed.success) return null;
  const { kind, tool, input, text, message, error } = parsed.data;
  const failed = error === undefined ? "" : `: ${cut(error)}`;
  switch (kind) {
    case "TOOL_CALL_START":
      return `→ ${tool ?? "tool"} ${cut(plain(input))}`.trimEnd();
    case "TOOL_CALL_END":
      return error === undefined ? null : `✗ ${tool ?? "tool"}${failed}`;
    case "ASSISTANT":
      return text ? cut(text) : null;
    case "STEERING_INJECTED":
      return `told: ${cut(text ?? "")}`;
    case "SESSION_START":
    case "USER_INPUT":
    case "SESSION_END":
      return error === undefined ? null : `ended${failed}`;
    default:
      return `${kind.toLowerCase().replaceAll("_", " ")}: ${cut(message ?? error ?? "")}`;
  }
}

const plain = (value: unknown): string =>
  value === undefined ? "" : typeof value === "string" ? value : JSON.stringify(value);

function cut(text: string): string {
  const line = text.replace(/\s+/g, " ").trim();
  return line.length > LONGEST ? `${line.slice(0, LONGEST)}…` : line;
}

function json(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return null;
  }
}
