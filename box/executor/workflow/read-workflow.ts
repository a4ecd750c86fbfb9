/** A workflow file's text as a `Workflow`: GitHub's parser and converter first, then the rules they do not check. */
import type { TemplateToken } from "@actions/workflow-parser/templates/tokens/index";
import { at, isExpression, isMapping, literal, messageOf, pairsOf } from "../expressions/template.ts";
import { convertWorkflowTemplate, NoOperationTraceWriter, parseWorkflow } from "../load-parser.ts";
import { fieldsOf } from "./fields.ts";
import { InvalidWorkflow, type Workflow } from "./model.ts";
import { readPermissions } from "./permissions.ts";
import { readEvents } from "./read-events.ts";
import { readJob } from "./read-job.ts";
import { withSingleLineScalars } from "./single-line.ts";

const MAX_FILE_BYTES = 500 * 1024;
const ROOT_KEYS = [
  "on",
  "name",
  "run-name",
  "env",
  "defaults",
  "concurrency",
  "permissions",
  "jobs",
] as const;

export async function readWorkflow(path: string, content: string): Promise<Workflow> {
  if (Buffer.byteLength(content) > MAX_FILE_BYTES) {
    throw new InvalidWorkflow(
      `${path}: the file is larger than 500 KB; GitHub does not start such a workflow`,
    );
  }
  const { context, value } = parseWorkflow(
    { name: path, content: withSingleLineScalars(content) },
    new NoOperationTraceWriter(),
  );
  const stopOnErrors = () => {
    const errors = context.errors.getErrors();
    if (errors.length > 0) throw new InvalidWorkflow(errors.map((error) => error.message).join("\n"));
  };
  stopOnErrors();
  if (value === undefined) throw new InvalidWorkflow(`${path}: the file is empty`);
  await convertWorkflowTemplate(context, value);
  stopOnErrors();
  try {
    const fields = fieldsOf(value, "a workflow", ROOT_KEYS);
    const jobs = new Map(pairsOf(fields.jobs).map(([id, job]) => [id, readJob(context, id, job)] as const));
    stopOnErrors();
    for (const job of jobs.values()) checkConcurrency(job.concurrency);
    checkConcurrency(fields.concurrency);
    return {
      path,
      name: fields.name === undefined ? undefined : literal(fields.name),
      runName: fields["run-name"],
      ...readEvents(fields.on as TemplateToken),
      env: fields.env,
      defaults: fields.defaults,
      concurrency: fields.concurrency,
      permissions: fields.permissions === undefined ? undefined : readPermissions(fields.permissions),
      jobs,
    };
  } catch (error) {
    throw new InvalidWorkflow(`${path} ${messageOf(error)}`, { cause: error });
  }
}

/** `queue: max` with `cancel-in-progress: true` is a contradiction that GitHub refuses and its parser does not see. */
function checkConcurrency(token: TemplateToken | undefined): void {
  if (token === undefined || !isMapping(token)) return;
  const fields = fieldsOf(token, "`concurrency`", ["group", "cancel-in-progress", "queue"]);
  const says = (field: TemplateToken | undefined, text: string) =>
    field !== undefined && !isExpression(field) && literal(field) === text;
  if (says(fields.queue, "max") && says(fields["cancel-in-progress"], "true")) {
    throw new InvalidWorkflow(
      `${at(token)}\`queue: max\` cannot be combined with \`cancel-in-progress: true\``,
    );
  }
}
