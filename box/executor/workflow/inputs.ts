/** Typed `inputs` from what was sent (dispatch: texts) or passed (a call: values). */
import { type Plain, type PlainObject, record } from "../expressions/data.ts";
import type { Scope } from "../expressions/evaluate.ts";
import { render } from "../expressions/template.ts";
import type { InputDefinition } from "./model.ts";
import { InvalidWorkflow } from "./model.ts";

const EMPTY = { string: "", boolean: false, number: 0, choice: "", environment: "" } as const;

function typedOf(definition: InputDefinition, text: string): Plain | undefined {
  switch (definition.type) {
    case "boolean":
      return text === "true" ? true : text === "false" ? false : undefined;
    case "number":
      return text.trim() !== "" && Number.isFinite(Number(text)) ? Number(text) : undefined;
    case "choice":
      return definition.options.includes(text) ? text : undefined;
    default:
      return text;
  }
}

/** The `inputs` context of a dispatched run: booleans and numbers typed, defaults filled in. */
export function dispatchInputs(
  definitions: ReadonlyMap<string, InputDefinition>,
  sent: Readonly<Record<string, string>>,
  scope: Scope,
): PlainObject {
  return record(
    [...definitions].map(([name, definition]) => {
      const text = sent[name];
      if (text !== undefined) return [name, typedOf(definition, text) ?? EMPTY[definition.type]] as const;
      return [name, defaultOf(definition, scope)] as const;
    }),
  );
}

/** The `inputs` context of a called workflow; a value of another type than declared is an error. */
export function callInputs(
  definitions: ReadonlyMap<string, InputDefinition>,
  passed: ReadonlyMap<string, Plain>,
  scope: Scope,
): PlainObject {
  return record(
    [...definitions].map(([name, definition]) => {
      const value = passed.get(name);
      if (value === undefined) return [name, defaultOf(definition, scope)] as const;
      return [name, checked(name, definition, value)] as const;
    }),
  );
}

function checked(name: string, { type }: InputDefinition, value: Plain): Plain {
  if ((type === "boolean" || type === "number") && typeof value !== type) {
    throw new InvalidWorkflow(
      `input \`${name}\` takes a ${type}, not '${String(value)}': use fromJSON to convert it`,
    );
  }
  return type === "string" && typeof value !== "string" ? String(value ?? "") : value;
}

const defaultOf = (definition: InputDefinition, scope: Scope): Plain =>
  definition.default === undefined ? EMPTY[definition.type] : render(definition.default, scope);
