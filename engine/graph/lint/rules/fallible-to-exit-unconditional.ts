import { readBoolean } from "../../compile/read.ts";
import { WORKERS } from "../../handler-type.ts";
import type { BuiltInRule, LintFinding } from "../rule.ts";

export const rule: BuiltInRule = {
  code: "fallible_to_exit_unconditional",
  severity: "warning",
  title: "A stage that can fail does not fall into the exit",
  explain:
    "An edge without a condition is taken after a failure too, before any retry target. When it leads to the exit, a failure of the last stage ends the run at once: as failed, but without a repair. Say what the exit is for. A goal gate needs no condition: the exit checks it.",
  fix: 'Write condition="outcome=success" on the edge, and say where a failure goes.',
  bad: `digraph g {
  start [shape=Mdiamond]
  exit [shape=Msquare]
  work [prompt="Do it"]
  start -> work -> exit
}`,
  good: `digraph g {
  start [shape=Mdiamond]
  exit [shape=Msquare]
  work [prompt="Do it"]
  start -> work
  work -> exit [condition="outcome=success"]
}`,
  *check({ exits, into, handler, unconditional, graph }): Iterable<LintFinding> {
    for (const exit of exits) {
      for (const edge of into(exit.id)) {
        const from = graph.nodes.get(edge.from);
        if (!unconditional(edge) || from === undefined || !WORKERS.has(handler(edge.from))) continue;
        if (readBoolean(from.attrs, "goal_gate") === true) continue;
        yield { message: `${edge.from} can fail, and leads to the exit whatever happened`, edge };
      }
    }
  },
};
