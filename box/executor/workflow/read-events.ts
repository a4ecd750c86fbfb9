/** The `on:` of a workflow: which events it takes, and the inputs of a dispatch and of a call. */
import type { TemplateToken } from "@actions/workflow-parser/templates/tokens/index";
import { isMapping, isSequence, itemsOf, literal, pairsOf } from "../expressions/template.ts";
import { fieldsOf } from "./fields.ts";
import type { CallInterface, InputDefinition } from "./model.ts";
import { InvalidWorkflow } from "./model.ts";

const MAX_DISPATCH_INPUTS = 25;
const TYPES = ["string", "boolean", "number", "choice", "environment"] as const;

export interface Events {
  readonly events: ReadonlySet<string>;
  readonly dispatch: ReadonlyMap<string, InputDefinition> | undefined;
  readonly call: CallInterface | undefined;
}

export function readEvents(token: TemplateToken): Events {
  const byName = new Map<string, TemplateToken | undefined>(
    isMapping(token)
      ? pairsOf(token)
      : (isSequence(token) ? itemsOf(token) : [token]).map((name) => [literal(name), undefined]),
  );
  return {
    events: new Set(byName.keys()),
    dispatch: byName.has("workflow_dispatch") ? readDispatch(byName.get("workflow_dispatch")) : undefined,
    call: byName.has("workflow_call") ? readCall(byName.get("workflow_call")) : undefined,
  };
}

function readDispatch(token: TemplateToken | undefined): ReadonlyMap<string, InputDefinition> {
  const { inputs } = fieldsOf(token, "`on.workflow_dispatch`", ["inputs"]);
  const found = readInputs(inputs);
  if (found.size > MAX_DISPATCH_INPUTS) {
    throw new InvalidWorkflow(
      `you may only define up to ${MAX_DISPATCH_INPUTS} \`inputs\` for a \`workflow_dispatch\` event, not ${found.size}`,
    );
  }
  return found;
}

function readCall(token: TemplateToken | undefined): CallInterface {
  const fields = fieldsOf(token, "`on.workflow_call`", ["inputs", "secrets", "outputs"]);
  return {
    inputs: readInputs(fields.inputs),
    secrets: new Map(
      pairsOf(fields.secrets).map(([name, secret]) => {
        const { required } = fieldsOf(secret, `secret \`${name}\``, ["description", "required"]);
        return [name, { required: required !== undefined && literal(required) === "true" }] as const;
      }),
    ),
    outputs: new Map(
      pairsOf(fields.outputs).map(([name, output]) => {
        const { value } = fieldsOf(output, `output \`${name}\``, ["description", "value"]);
        if (value === undefined) throw new InvalidWorkflow(`output \`${name}\` has no \`value\``);
        return [name, value] as const;
      }),
    ),
  };
}

const readInputs = (token: TemplateToken | undefined): ReadonlyMap<string, InputDefinition> =>
  new Map(pairsOf(token).map(([name, input]) => [name, readInput(name, input)] as const));

function readInput(name: string, token: TemplateToken): InputDefinition {
  const fields = fieldsOf(token, `input \`${name}\``, [
    "description",
    "deprecationMessage",
    "required",
    "default",
    "type",
    "options",
  ]);
  const type = fields.type === undefined ? "string" : literal(fields.type);
  const known = TYPES.find((candidate) => candidate === type);
  if (known === undefined) throw new InvalidWorkflow(`input \`${name}\` has the unknown type '${type}'`);
  const options = fields.options === undefined ? [] : itemsOf(fields.options).map(literal);
  if (known === "choice" && fields.default !== undefined && !options.includes(literal(fields.default))) {
    throw new InvalidWorkflow(
      `the default of input \`${name}\` is none of its options: ${options.join(", ")}`,
    );
  }
  return {
    type: known,
    required: fields.required !== undefined && literal(fields.required) === "true",
    default: fields.default,
    options,
  };
}
