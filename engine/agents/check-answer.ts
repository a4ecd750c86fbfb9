/** Holds an answer against the JSON Schema of its stage. Loaded by those that need it: the validator is large. */
import { Ajv2020 } from "ajv/dist/2020.js";
import type { JsonValue } from "../core/outcome.ts";
import { compilePattern, patternMatches } from "../graph/condition/pattern.ts";
import { isTooDeep } from "./depth.ts";
import type { JsonSchema } from "./response-schema.ts";

type Fitting = { readonly value: JsonValue } | { readonly problem: string };
export type CheckAnswer = (text: string) => Fitting;

/** A text says why the schema itself cannot be used. */
export function checkFor(schema: JsonSchema): CheckAnswer | string {
  const ajv = new Ajv2020({ strict: false, allErrors: true, logger: false, code: { regExp: linearRegExp } });
  const { $schema: _, ...own } = schema;
  try {
    const fits = ajv.compile(own);
    return (text) => {
      const value = valueIn(text);
      if (value === undefined) return { problem: "it is not JSON" };
      if (isTooDeep(value)) return { problem: "it is nested too deep" };
      if (fits(value)) return { value };
      const said = (fits.errors ?? []).slice(0, MOST_ERRORS);
      return {
        problem: said.map(({ instancePath, message }) => `${instancePath || "it"} ${message}`).join("; "),
      };
    };
  } catch (error) {
    return (error as Error).message;
  }
}

const MOST_ERRORS = 5;

/** Its words are the agent's: a pattern of the schema must not take for ever on them. */
const linearRegExp = Object.assign(
  (source: string) => {
    const pattern = compilePattern(source);
    // By what it prints the library knows which of them is which.
    return { test: (text: string) => patternMatches(pattern, text), toString: () => source };
  },
  { code: "linearRegExp" },
);

/** The whole text, or the one block of code that is all of it. */
function valueIn(text: string): JsonValue | undefined {
  try {
    return JSON.parse(unfenced(text.trim())) as JsonValue;
  } catch {
    return undefined;
  }
}

const FENCE = "```";

/** By hand: of a text that is nothing but ends of lines an expression would try each with each. */
function unfenced(text: string): string {
  const begin = text.indexOf("\n");
  if (begin === -1 || !text.startsWith(FENCE) || !text.endsWith(FENCE)) return text;
  return /^(?:json)?$/.test(text.slice(FENCE.length, begin).trim()) ? text.slice(begin, -FENCE.length) : text;
}
