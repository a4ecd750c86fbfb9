import { attrOf } from "../../attributes.ts";
import { readInteger } from "../../compile/read.ts";
import { bareScript } from "../facts/commands.ts";
import type { BuiltInRule, LintFinding } from "../rule.ts";

const SAYS = /^(?:echo|printf)\b[^|&;\n]*(?:>&2[^|&;\n]*)?(?:;|&&|\n)\s*/;
const FAILS = /^(?:exit\s+[1-9]\d*|false)\s*;?$/;

export const rule: BuiltInRule = {
  code: "retries_without_hope",
  severity: "warning",
  title: "What can only fail is not tried again",
  explain:
    "The whole command of this tool is an exit with a code other than 0, so every attempt ends the same. With max_retries it is tried again, with a pause before each attempt, and then fails as it would have at once.",
  fix: "Write max_retries=0.",
  bad: `digraph g {
  start [shape=Mdiamond]
  exit [shape=Msquare]
  work [prompt="Do it"]
  stop [shape=parallelogram, max_retries=2, tool_command="echo 'nothing to do' >&2; exit 1"]
  start -> work
  work -> exit [condition="outcome=success"]
  work -> stop [condition="outcome=fail"]
  stop -> exit [condition="outcome=success"]
}`,
  good: `digraph g {
  start [shape=Mdiamond]
  exit [shape=Msquare]
  work [prompt="Do it"]
  stop [shape=parallelogram, max_retries=0, tool_command="echo 'nothing to do' >&2; exit 1"]
  start -> work
  work -> exit [condition="outcome=success"]
  work -> stop [condition="outcome=fail"]
  stop -> exit [condition="outcome=success"]
}`,
  *check({ having, handler }): Iterable<LintFinding> {
    for (const node of having("max_retries")) {
      if (handler(node.id) !== "tool") continue;
      const attr = attrOf(node.attrs, "max_retries");
      const retries = readInteger(node.attrs, "max_retries", 0) ?? 0;
      if (attr === undefined || retries === 0 || !onlyFails(attrOf(node.attrs, "tool_command")?.value ?? ""))
        continue;
      const message = `the command of ${node.id} can only fail, and is tried ${retries + 1} times`;
      yield { message, at: attr.valueAt, node };
    }
  },
};

/** Something is printed, perhaps, and then it fails. */
function onlyFails(command: string): boolean {
  let rest = bareScript(command).trim();
  while (SAYS.test(rest)) rest = rest.replace(SAYS, "");
  return FAILS.test(rest);
}
