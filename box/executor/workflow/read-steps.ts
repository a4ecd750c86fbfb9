import type { TemplateContext } from "@actions/workflow-parser/templates/template-context";
import type { TemplateToken } from "@actions/workflow-parser/templates/tokens/index";
import { at, itemsOf, literal } from "../expressions/template.ts";
import { convertToIfCondition } from "../load-parser.ts";
import { fieldsOf } from "./fields.ts";
import { InvalidWorkflow, type StepDefinition } from "./model.ts";
import { isSelfReference, notARepository } from "./self-reference.ts";

const STEP_KEYS = [
  "id",
  "name",
  "if",
  "env",
  "continue-on-error",
  "timeout-minutes",
  "run",
  "shell",
  "working-directory",
  "uses",
  "with",
] as const;

/** `if:` as an expression with a status function, which the parser adds where it is missing. */
export const conditionOf = (context: TemplateContext, token: TemplateToken | undefined): string =>
  (token === undefined ? undefined : convertToIfCondition(context, token))?.expression ?? "success()";

export const readSteps = (context: TemplateContext, token: TemplateToken): readonly StepDefinition[] =>
  itemsOf(token).map((item) => readStep(context, item));

function readStep(context: TemplateContext, token: TemplateToken): StepDefinition {
  const fields = fieldsOf(token, "a step", STEP_KEYS);
  const uses = fields.uses === undefined ? undefined : literal(fields.uses);
  if (uses?.startsWith("docker://")) {
    throw new InvalidWorkflow(`${at(token)}the box runs no containers: \`uses: ${uses}\` cannot work here`);
  }
  if (
    uses !== undefined &&
    !uses.startsWith("./") &&
    !isSelfReference(uses) &&
    !/^[^/@]+\/[^/@]+(\/[^@]+)?@[^@]+$/.test(uses)
  ) {
    throw new InvalidWorkflow(`${at(token)}${notARepository(uses)}`);
  }
  return {
    id: fields.id === undefined ? undefined : literal(fields.id),
    name: fields.name,
    if: conditionOf(context, fields.if),
    env: fields.env,
    continueOnError: fields["continue-on-error"],
    timeoutMinutes: fields["timeout-minutes"],
    run: fields.run,
    shell: fields.shell,
    workingDirectory: fields["working-directory"],
    uses,
    with: fields.with,
  };
}
