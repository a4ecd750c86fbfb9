/** The truth table of joins, made by asking the function that judges them. */
import { type BranchEnd, judgeJoin } from "../engine/core/join.ts";
import type { ErrorPolicy, JoinPolicy } from "../engine/graph/pipeline.ts";

const JOINS: readonly JoinPolicy[] = ["wait_all", "first_success", "k_of_n", "quorum"];
const ERRORS: readonly ErrorPolicy[] = ["continue", "fail_fast", "ignore"];

/** How three branches end, in the order in which they do: success, failure, failure of infrastructure. */
const ENDS = ["sss", "ssf", "sfs", "fss", "sff", "fsf", "ffs", "fff", "ttt"] as const;

/** `k=2` of three; a quorum of half of three is two as well. */
const K = 2;

const endOf = (letter: string, index: number): BranchEnd => ({
  key: `branch ${index + 1}`,
  status: letter === "s" ? "success" : "fail",
  class: letter === "s" ? null : letter === "t" ? "transient_infra" : "deterministic",
  reason: letter === "s" ? null : "its cause",
});

/** One branch ends after the other; whoever is not needed any more is canceled. */
function outcome(join: JoinPolicy, error: ErrorPolicy, letters: string): string {
  const rule = { join, error, k: K };
  const ends: BranchEnd[] = [];
  let canceled = 0;
  for (const [index, letter] of [...letters].entries()) {
    const now = judgeJoin(rule, letters.length, ends);
    const over = !now.decided && now.stopRest !== null;
    if (over) canceled++;
    ends.push(over ? { ...endOf("s", index), status: "canceled", class: "canceled" } : endOf(letter, index));
  }
  const verdict = judgeJoin(rule, letters.length, ends);
  if (!verdict.decided) throw new Error("a fan-out whose branches have all ended is decided");
  const said = verdict.status === "fail" ? `fail (${verdict.class})` : verdict.status;
  return canceled > 0 ? `${said}, ${canceled} canceled` : said;
}

export const joinPage = (): string => `# Join policies

Made from \`engine/core/join.ts\` by \`scripts/docs.ts\`. \`join_policy\` and \`error_policy\` stand on the fan-out (\`shape=component\`), with
\`k\` for \`k_of_n\`, \`quorum_fraction\` for \`quorum\` and \`max_parallel\` for how many branches run at once.

| \`join_policy\` | needs |
|---|---|
| \`wait_all\` | every branch ends; one success at least |
| \`first_success\` | one success; the others are canceled then |
| \`k_of_n\` | \`k\` successes; the others are canceled then |
| \`quorum\` | every branch ends; \`quorum_fraction\` of them succeeded, rounded up |

| \`error_policy\` | when a branch fails |
|---|---|
| \`continue\` | the others go on |
| \`fail_fast\` | the others are canceled |
| \`ignore\` | the others go on, and the failed ones do not count towards a quorum |

## What comes of it

Three branches; \`s\` ends with success, \`f\` with a failure, \`t\` with a failure of infrastructure, in the order in which they end.
\`k=${K}\`, and \`quorum_fraction=0.5\`, which of three is two.

| join | error | ${ENDS.join(" | ")} |
|---|---|${ENDS.map(() => "---|").join("")}
${JOINS.flatMap((join) => ERRORS.map((error) => `| \`${join}\` | \`${error}\` | ${ENDS.map((ends) => outcome(join, error, ends)).join(" | ")} |`)).join("\n")}

No success at all fails with \`all parallel branches failed\` and the cause of each branch. The class is \`transient_infra\` when
every branch failed so, \`canceled\` when every branch was canceled, else \`deterministic\`. When the run itself is canceled, so is
the join.

## What the next stage sees

Whatever the policy: \`parallel.results\` lists every planned branch in the order of the graph, those too that failed or were
canceled, each with status, cause, outputs, commit, time and cost. When the outcome of the table is \`fail\`, the fan-in fails, and no
unconditional edge is taken.

**\`partial_success\` goes on.** The fan-out ends \`partial_success\`, the fan-in brings the work of the branches that succeeded together
and ends \`success\`: its unconditional edge and \`outcome=success\` are taken, as if all had succeeded. The end says what was left
out: \`final.json\` has \`status: success\`, \`outcome: partial_success\` and \`failed_branches\` with their keys, the report's headline and
the check say how many, and the page of the workflow run shows a warning. A later visit of the fan-out takes the place of an earlier
one: when all its branches succeed, the run is whole again. Where every branch must succeed, write \`error_policy=fail_fast\`, or
\`join_policy=k_of_n\` with \`k\` as the number of branches when the others are to end their work first.
`;
