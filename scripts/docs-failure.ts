/** What follows a failure of each class, made from the one table. */
import { CLASS_POLICY, FAILURE_CLASSES, type FailureClass } from "../engine/failure/classes.ts";

const yes = (value: boolean | "if_asked"): string =>
  value === "if_asked" ? "with `retry_on`" : value ? "yes" : "no";
const COUNTS = { cycle: "for the cycle breaker", restart: "at restarts", none: "nowhere" } as const;

function row(name: FailureClass): string {
  const { retry, retryTarget, restart, countsFor, failover, escalation } = CLASS_POLICY[name];
  return `| \`${name}\` | ${[retry, retryTarget, restart].map(yes).join(" | ")} | ${COUNTS[countsFor]} | ${yes(failover)} | ${yes(escalation)} |`;
}

export const failurePage = (): string => `# Failure classes

Made from \`engine/failure/classes.ts\` by \`scripts/docs.ts\`. Every failure has one of these classes; it decides what may follow.

| class | what it means | what sets it |
|---|---|---|
${FAILURE_CLASSES.map((name) => `| \`${name}\` | ${CLASS_POLICY[name].meaning} | ${CLASS_POLICY[name].setBy} |`).join("\n")}

| class | retry | retry target | restart | counts | failover | escalation |
|---|---|---|---|---|---|---|
${FAILURE_CLASSES.map(row).join("\n")}

- **retry**: a failed attempt may be repeated within its visit's budget. A session that ran into its turn or token limit would run
  into it again, at its full price: it is repeated only where the node or the graph says \`retry_on=budget_exhausted\`. What follows
  its visit, the graph's own loop included, is bounded as for any failure.
- **retry target**: \`retry_target\` and \`fallback_retry_target\` may be followed.
- **restart**: an edge with \`loop_restart\` may be taken.
- **counts**: where failures with one signature add up to a breaker.
- **failover**: another provider may be tried.
- **escalation**: another model of the escalation list may be tried.

What happened to the process or the call outranks what the stage says in \`failure_class\`, and that outranks the words of the
reason. An exit code says that work failed, not why: beside it, hint and words still count.
`;
