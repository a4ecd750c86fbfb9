/** What an agent's last words must be, where its stage asks for a JSON Schema: told to it, and checked by us whoever it is. */
import type { JsonValue } from "../core/outcome.ts";

export type JsonSchema = { readonly [key: string]: JsonValue };

/** null: no JSON object. */
export function readSchema(text: string): JsonSchema | null {
  try {
    const read: unknown = JSON.parse(text);
    return read !== null && typeof read === "object" && !Array.isArray(read) ? (read as JsonSchema) : null;
  } catch {
    return null;
  }
}

export const schemaText = (schema: JsonSchema): string =>
  [
    "# How to end",
    "When everything else is done, the status file too, your last message must be one JSON value that fits this JSON",
    "Schema, and nothing else: no words before or after it.",
    JSON.stringify(schema),
  ].join("\n");

export const correctionText = (problem: string): string =>
  `Your last message does not fit the JSON Schema that this stage asks for: ${problem}. Send it once more: the JSON value alone, right this time.`;

export const unusableSchema = (node: string, why: string): string =>
  `response_schema of node ${node} is no JSON Schema that can be used: ${why}`;
