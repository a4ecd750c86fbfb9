/** Typed `inputs` from what was sent (dispatch: texts) or passed (a call: values). */
import { type Plain, type PlainObject, record } from "../expressions/data.ts";
import type { Scope } from "../expressions/evaluate.ts";
import { render } from "../expressions/template.ts";
import type { InputDefinition, Workflow } from "./model.ts";
import { InvalidWorkflow } from "./model.ts";

const EMPTY = { string: "", boolean: false, number: 0, choice: "", environment: "" } as const;

/** What a dispatch of these inputs is refused for, each in one line; nothing when it may start. */
export function dispatchErrors(
  workflow: Workflow,
  sent: Readonly<Record<string, string>>,
): readonly string[] {
  const { dispatch } = workflow;
  if (dispatch === undefined) return [`Workflow does not have 'workflow_dispatch' trigger`];
  const unexpected = Object.keys(sent).filter((name) => !dispatch.has(name));
  const errors = unexpected.length === 0 ? [] : [`Unexpected inputs provided: ${JSON.stringify(unexpected)}`];
  for (const [name, definition] of dispatch) {
    const value = sent[name];
    if (value === undefined) {
      if (definition.required && definition.default === undefined) {
        errors.push(`Required input '${name}' not provided`);
      }
    } else if (typedOf(definition, value) === undefined) {
      errors.push(`Provided value '${value}' for input '${name}' not in the list of allowed values`);
    }
  }
  return errors;
}

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
