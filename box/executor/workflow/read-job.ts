import type { TemplateContext } from "@actions/workflow-parser/templates/template-context";
import type { TemplateToken } from "@actions/workflow-parser/templates/tokens/index";
import { at, isSequence, itemsOf, literal, pairsOf } from "../expressions/template.ts";
import { fieldsOf } from "./fields.ts";
import type { CallJob, JobDefinition } from "./model.ts";
import { InvalidWorkflow } from "./model.ts";
import { readPermissions } from "./permissions.ts";
import { conditionOf, readSteps } from "./read-steps.ts";

const JOB_KEYS = [
  "name",
  "needs",
  "if",
  "strategy",
  "concurrency",
  "permissions",
  "runs-on",
  "env",
  "defaults",
  "outputs",
  "timeout-minutes",
  "continue-on-error",
  "environment",
  "container",
  "steps",
  "uses",
  "with",
  "secrets",
] as const;

export function readJob(context: TemplateContext, id: string, token: TemplateToken): JobDefinition {
  const fields = fieldsOf(token, `job \`${id}\``, JOB_KEYS);
  const base = {
    id,
    name: fields.name,
    needs: needsOf(fields.needs),
    if: conditionOf(context, fields.if),
    strategy: fields.strategy,
    concurrency: fields.concurrency,
    permissions: fields.permissions === undefined ? undefined : readPermissions(fields.permissions),
    where: at(token),
  };
  if (fields.uses !== undefined) {
    return {
      ...base,
      kind: "call",
      uses: literal(fields.uses),
      with: fields.with,
      secrets: secretsOf(fields.secrets),
    };
  }
  if (fields["runs-on"] === undefined || fields.steps === undefined) {
    throw new InvalidWorkflow(`${at(token)}job \`${id}\` needs \`runs-on\` and \`steps\`, or \`uses\``);
  }
  return {
    ...base,
    kind: "steps",
    runsOn: fields["runs-on"],
    env: fields.env,
    defaults: fields.defaults,
    outputs: fields.outputs,
    environment: fields.environment,
    container: fields.container,
    timeoutMinutes: fields["timeout-minutes"],
    continueOnError: fields["continue-on-error"],
    steps: readSteps(context, fields.steps),
  };
}

function needsOf(token: TemplateToken | undefined): readonly string[] {
  if (token === undefined) return [];
  return isSequence(token) ? itemsOf(token).map(literal) : [literal(token)];
}

function secretsOf(token: TemplateToken | undefined): CallJob["secrets"] {
  if (token?.isScalar === true) return "inherit";
  return new Map(pairsOf(token));
}
