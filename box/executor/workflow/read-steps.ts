import type { TemplateContext } from "@actions/workflow-parser/templates/template-context";
import type { TemplateToken } from "@actions/workflow-parser/templates/tokens/index";
import { at, itemsOf, literal } from "../expressions/template.ts";
import { convertToIfCondition } from "../load-parser.ts";
import { fieldsOf } from "./fields.ts";
import { InvalidWorkflow, type StepDefinition } from "./model.ts";

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
  // `$/path` too: the oldest runner that GitHub still registers is 2.329.0, and only 2.336.0 knows it.
  if (uses !== undefined && !uses.startsWith("./") && !/^[\w.-]+\/[\w.-]+(\/[^@]+)?@[^@]+$/.test(uses)) {
    throw new InvalidWorkflow(`${at(token)}Expected format {org}/{repo}[/path]@ref. Actual '${uses}'`);
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
