/** Holds both sides of a request to the description. */

import { project } from "../openapi/project.ts";
import type { OperationId } from "../openapi/selection.ts";
import { resolveSchema, type Schema, slice } from "../openapi/slice.ts";
import { problems, wireProblems } from "../openapi/validate.ts";
import type { Answer } from "./answer.ts";

const BASIC_ERROR: Schema = { $ref: "#/definitions/basic-error" };

export interface CheckedRequest {
  readonly query: Readonly<Record<string, unknown>>;
  /** What GitHub refuses with 422. */
  readonly invalid: readonly string[];
  /** What GitHub ignores without a word, which no caller can want. */
  readonly ignored: readonly string[];
}

export function checkRequest(
  op: OperationId,
  params: Readonly<Record<string, string>>,
  search: URLSearchParams,
  body: unknown,
): CheckedRequest {
  const { parameters, body: wanted } = slice.operations[op];
  const invalid: string[] = [];
  const query: Record<string, unknown> = {};
  for (const { name, in: where, schema, required, default: fallback } of parameters) {
    const text = where === "path" ? params[name] : (search.get(name) ?? undefined);
    if (text === undefined) {
      if (required) invalid.push(`${name} is missing`);
      else if (fallback !== undefined) query[name] = fallback;
      continue;
    }
    const holder = { value: text as unknown };
    invalid.push(...wireProblems(schema, holder).map((problem) => `${name}: ${problem}`));
    if (where === "query") query[name] = holder.value;
  }
  const known = new Set(parameters.filter((one) => one.in === "query").map((one) => one.name));
  const ignored = [...search.keys()]
    .filter((name) => !known.has(name))
    .map((name) => `query parameter ${name}`);
  if (wanted === undefined) {
    if (hasContent(body)) ignored.push("a body");
  } else if (body !== undefined || wanted.required) {
    invalid.push(...problems(wanted.schema, body ?? {}));
    ignored.push(...undeclared(wanted.schema, body).map((name) => `body property ${name}`));
  }
  return { query, invalid, ignored };
}

const hasContent = (body: unknown): boolean =>
  typeof body === "object" && body !== null && Object.keys(body).length > 0;

function undeclared(schema: Schema, body: unknown): string[] {
  if (typeof body !== "object" || body === null || Array.isArray(body)) return [];
  const names = new Set<string>();
  const collect = (one: Schema) => {
    const at = resolveSchema(one);
    for (const name of Object.keys(at.properties ?? {})) names.add(name);
    for (const part of [...(at.anyOf ?? []), ...(at.oneOf ?? []), ...(at.allOf ?? [])]) collect(part);
  };
  collect(schema);
  return Object.keys(body).filter((name) => !names.has(name));
}

/** The answer cut to its schema, and what is still wrong with it. */
export function checkAnswer(
  op: OperationId,
  answer: Answer,
): { readonly body: unknown; readonly wrong: readonly string[] } {
  if (answer.raw !== undefined) return { body: undefined, wrong: [] };
  const { responses } = slice.operations[op];
  const declared = responses[String(answer.status)];
  if (declared === undefined) {
    if (answer.status < 400) return { body: undefined, wrong: [`status ${answer.status} is not declared`] };
    return { body: answer.body, wrong: problems(BASIC_ERROR, answer.body) };
  }
  if (declared === null) {
    return {
      body: undefined,
      wrong: answer.body === undefined ? [] : [`status ${answer.status} has no body`],
    };
  }
  // An error is sent whole: what it lists is part of how a caller learns.
  const body = answer.status < 400 ? project(declared, answer.body) : answer.body;
  return { body, wrong: problems(declared, body) };
}
