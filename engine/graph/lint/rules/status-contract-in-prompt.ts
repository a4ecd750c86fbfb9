import { textOf } from "../../attributes.ts";
import { readBoolean } from "../../compile/read.ts";
import type { BuiltInRule, LintFinding } from "../rule.ts";

const CONTRACT = /status\.json|(?:ATTRACTOR_STATUS_PATH|KILROY_STAGE_STATUS)/;

export const rule: BuiltInRule = {
  code: "status_contract_in_prompt",
  severity: "info",
  title: "The prompt speaks of the status file",
  explain:
    "An agent stage with auto_status off fails unless it writes its status file. The engine puts that contract before every prompt, so this is only a note; but a prompt that says when its work is a success and when a failure gets better verdicts than one that leaves it open.",
  fix: "Say in the prompt what to write to $ATTRACTOR_STATUS_PATH and when, or set auto_status=true.",
  bad: `digraph g {
  start [shape=Mdiamond]
  exit [shape=Msquare]
  work [prompt="Make the tests pass"]
  start -> work
  work -> exit [condition="outcome=success"]
}`,
  good: `digraph g {
  start [shape=Mdiamond]
  exit [shape=Msquare]
  work [prompt="Make the tests pass. Write success to $ATTRACTOR_STATUS_PATH only when npm test exits 0."]
  start -> work
  work -> exit [condition="outcome=success"]
}`,
  *check({ ofType, customTypes }): Iterable<LintFinding> {
    const silent = ofType("agent").filter(
      ({ attrs }) =>
        !customTypes.has(textOf(attrs, "type") ?? "") &&
        readBoolean(attrs, "auto_status") !== true &&
        !CONTRACT.test(textOf(attrs, "prompt") ?? ""),
    );
    const node = silent[0];
    if (node === undefined) return;
    const names = silent.slice(0, 5).map(({ id }) => id);
    const more = silent.length > names.length ? ` and ${silent.length - names.length} more` : "";
    const say = silent.length === 1 ? "does not say" : "do not say";
    yield { message: `${names.join(", ")}${more} ${say} in the prompt what status to write and when`, node };
  },
};
