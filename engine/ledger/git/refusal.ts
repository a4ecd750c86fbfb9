/** Whether a push that changed nothing was refused for good, and in whose words; null when another try may help. */
import type { PushReport } from "../../git/refs.ts";
import { LedgerError } from "../port.ts";

/**
 * Raised when commits were refused for their workflow files: a job's token can never have the right that GitHub wants then
 * (docs/decisions/162).
 */
export class WorkflowsRightError extends LedgerError {}

const WORKFLOWS_RIGHT =
  /refusing to allow [^\n]* to create or update workflow [^\n]* without `?workflows?`? (?:permission|scope)/;

/** In the words of git and of the API. */
export const wantsWorkflowsRight = (said: string): boolean => WORKFLOWS_RIGHT.test(said);

/** Somebody else was faster, or the server was busy with the same ref. */
const CONTENTION =
  /cannot lock|unable to lock|failed to update ref|fetch first|incorrect old value|reference already exists/;
const FOLLOWS_ANOTHER = /atomic/;
const NO_RIGHT =
  /returned error: (?:401|403|404|413)|Authentication failed|could not read (?:Username|Password)|Repository not found/;

export function refusalIn(report: PushReport, ref: string): string | null {
  for (const [name, { flag, summary }] of report.perRef) {
    if (flag !== "!" || FOLLOWS_ANOTHER.test(summary) || CONTENTION.test(summary)) continue;
    // Our own ref is looked at before this is asked; a lease that failed on it came from an older state of the server.
    if (name === ref && summary.includes("stale info")) continue;
    return `${name}: ${summary}\n${report.said}`;
  }
  return NO_RIGHT.test(report.said) ? report.said : null;
}
