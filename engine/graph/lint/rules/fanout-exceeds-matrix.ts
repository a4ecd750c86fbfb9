import type { BuiltInRule, LintFinding } from "../rule.ts";

const MATRIX = 256;
const branches = Array.from({ length: MATRIX + 1 }, (_, index) => `b${index}`).join(" ");
const wide = (split: string): string => `digraph g {
  start [shape=Mdiamond]
  exit [shape=Msquare]
  split [shape=component${split}]
  join [shape=tripleoctagon, retry_target="split"]
  start -> split
  node [prompt="One part"]`;

export const rule: BuiltInRule = {
  code: "fanout_exceeds_matrix",
  severity: "warning",
  title: "A fan-out fits into a matrix",
  explain:
    "On GitHub every branch is a job of a matrix, and a matrix holds 256. A wider fan-out still works: it is run in chunks, one hop after the other, so it takes longer than it looks.",
  fix: "Draw fewer branches that each do more, or give the fan-out a list with items.",
  bad: `${wide("")}
  ${branches.replaceAll(" ", "; ")}
  split -> {${branches}} -> join
  join -> exit [condition="outcome=success"]
}`,
  good: `${wide(', items="input.parts"')}
  inputs="parts"
  part
  split -> part -> join
  join -> exit [condition="outcome=success"]
}`,
  *check({ ofType, out }): Iterable<LintFinding> {
    for (const node of ofType("parallel")) {
      const width = out(node.id).length;
      if (width <= MATRIX) continue;
      yield { message: `${node.id} has ${width} branches, more than the ${MATRIX} jobs of a matrix`, node };
    }
  },
};
