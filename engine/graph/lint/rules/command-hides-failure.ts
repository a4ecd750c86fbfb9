import { attrOf } from "../../attributes.ts";
import type { LintContext } from "../context.ts";
import { lastStatement } from "../facts/commands.ts";
import { goalGates } from "../facts/goal-gates.ts";
import { readsOutcome } from "../facts/outcomes.ts";
import type { BuiltInRule, LintFinding } from "../rule.ts";

/** They pass on what they read and succeed. `grep` and `diff` are checks of their own. */
const FILTER = /^(?:tail|head|tee|cat|sort|uniq|sed|awk|tr|cut|nl|wc|less|fold|column)\b/;
/** What they print is all that is asked of them. */
const PRINTS =
  /^(?:echo|printf|cat|ls|find|grep|egrep|fgrep|sort|uniq|sed|awk|tr|cut|head|tail|wc|date|env|seq)\b/;
const NEVER_FAILS = /\|\|\s*(?:true|:|exit\s+0)$/;
/** It says its outcome itself, or asks for the codes of the pipe. */
const SAYS_ITSELF = /pipefail|PIPESTATUS|ATTRACTOR_STATUS_PATH|status\.json/;

export const rule: BuiltInRule = {
  code: "command_hides_failure",
  severity: "warning",
  title: "A check does not hide its failure",
  explain:
    "The outcome of a tool stage is the exit code of its command, and edges of this one route by it. The exit code of a pipe is that of its last program, so make test | tail succeeds whatever the tests say; and a command that ends with || true never fails. The edge for the failure is then never taken.",
  fix: "Begin the command with set -o pipefail, or take || true away.",
  bad: `digraph g {
  start [shape=Mdiamond]
  exit [shape=Msquare]
  test [shape=parallelogram, tool_command="make test 2>&1 | tail -n 50"]
  work [prompt="Fix what failed"]
  start -> test
  test -> exit [condition="outcome=success"]
  test -> work [condition="outcome=fail"]
  work -> exit [condition="outcome=success"]
}`,
  good: `digraph g {
  start [shape=Mdiamond]
  exit [shape=Msquare]
  test [shape=parallelogram, tool_command="set -o pipefail; make test 2>&1 | tail -n 50"]
  work [prompt="Fix what failed"]
  start -> test
  test -> exit [condition="outcome=success"]
  test -> work [condition="outcome=fail"]
  work -> exit [condition="outcome=success"]
}`,
  *check(context): Iterable<LintFinding> {
    const asked = new Set([...routed(context), ...context.once(goalGates).map(({ id }) => id)]);
    for (const id of asked) {
      const node = context.graph.nodes.get(id);
      if (!node?.declared || context.handler(id) !== "tool") continue;
      const attr = attrOf(node.attrs, "tool_command");
      if (attr === undefined || SAYS_ITSELF.test(attr.value)) continue;
      const last = lastStatement(attr.value);
      const why = last === null ? null : hidden(last);
      if (why === null) continue;
      yield {
        message: `${node.id} cannot fail: its command ends with ${why.how}`,
        at: attr.valueAt,
        node,
        fix: why.fix,
      };
    }
  },
};

/** The stages whose end decides the way. */
const routed = ({ conditional, condition }: LintContext): string[] =>
  conditional.filter((edge) => condition(edge)?.clauses.some(readsOutcome)).map(({ from }) => from);

function hidden(statement: string): { readonly how: string; readonly fix: string } | null {
  const [swallowed] = NEVER_FAILS.exec(statement) ?? [];
  if (swallowed !== undefined) return { how: swallowed, fix: `take ${swallowed} away` };
  const programs = statement.split(/(?<!\|)\|&?(?!\|)/).map((each) => each.trim());
  const last = programs.at(-1)!;
  if (programs.length < 2 || statement.includes("||") || !FILTER.test(last)) return null;
  if (programs.every((each) => PRINTS.test(each) || FILTER.test(each))) return null;
  return { how: `| ${last.split(/\s/)[0]}`, fix: "begin the command with set -o pipefail;" };
}
