import type { TemplateToken } from "@actions/workflow-parser/templates/tokens/index";
import type { Scope } from "../expressions/evaluate.ts";
import { fail, isMapping, renderBoolean, renderString } from "../expressions/template.ts";
import { fieldsOf } from "../workflow/fields.ts";
import type { GroupRequest } from "./concurrency.ts";

const MAX_GROUP_NAME = 400;

/** A `concurrency:` setting at the moment it takes effect. */
export function groupRequest(token: TemplateToken, scope: Scope): GroupRequest {
  const fields = isMapping(token)
    ? fieldsOf(token, "`concurrency`", ["group", "cancel-in-progress", "queue"])
    : { group: token };
  const group = fields.group === undefined ? "" : renderString(fields.group, scope);
  if (group === "") return fail(token, "Concurrency group name cannot be empty");
  if (group.length > MAX_GROUP_NAME)
    return fail(token, "Concurrency group name must be less than 400 characters");
  const cancel = "cancel-in-progress" in fields ? fields["cancel-in-progress"] : undefined;
  const queue =
    "queue" in fields && fields.queue !== undefined ? renderString(fields.queue, scope) : "single";
  const cancelInProgress = cancel === undefined ? false : renderBoolean(cancel, scope);
  if (queue === "max" && cancelInProgress) {
    return fail(token, "`queue: max` cannot be combined with `cancel-in-progress: true`");
  }
  return { group, cancelInProgress, queue: queue === "max" ? "max" : "single" };
}
