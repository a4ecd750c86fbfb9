import { attrOf } from "../../attributes.ts";
import { readDuration } from "../../compile/read.ts";
import type { BuiltInRule, LintFinding } from "../rule.ts";

const HOSTED_JOB_MS = 6 * 3_600_000;

export const rule: BuiltInRule = {
  code: "timeout_exceeds_job",
  severity: "warning",
  title: "A stage fits into a job",
  explain:
    "A job on a hosted runner ends after 6 hours, and a stage cannot move to another job while it runs. A longer timeout is never reached there: the stage is ended a little before its job is, and the attempt has failed. On a machine of your own the value holds.",
  fix: "Split the stage, or write at most 6h.",
  bad: `digraph g {
  start [shape=Mdiamond]
  exit [shape=Msquare]
  train [shape=parallelogram, tool_command="./train.sh", timeout="8h"]
  start -> train
  train -> exit [condition="outcome=success"]
}`,
  good: `digraph g {
  start [shape=Mdiamond]
  exit [shape=Msquare]
  train [shape=parallelogram, tool_command="./train.sh", timeout="5h"]
  start -> train
  train -> exit [condition="outcome=success"]
}`,
  *check({ having }): Iterable<LintFinding> {
    for (const node of having("timeout")) {
      const timeout = attrOf(node.attrs, "timeout");
      const ms = readDuration(node.attrs, "timeout", true);
      if (timeout === undefined || ms === null || ms <= HOSTED_JOB_MS) continue;
      const message = `${node.id} may take ${timeout.value}, longer than a hosted job lasts (6h)`;
      yield { message, at: timeout.valueAt, node };
    }
  },
};
