import { countText } from "../../report/units.ts";
import type { FindingKind } from "./kind.ts";
import { inBranch, percent, some } from "./words.ts";

const MOST_CHARS = 8_000;

export const contextBloat: FindingKind = {
  code: "CONTEXT_BLOAT",
  title: "Prompts say the same again and again",
  explain:
    "An input of an agent has more than 8,000 characters, and at least half of them stand in lines that stood there before. That is history repeated, not a task. A long prompt that says something new is no finding.",
  fix: 'Use `fidelity="truncate"` or `fidelity="summary:low"` on the edge or graph, or `loop_restart=true` to begin a round afresh.',
  look: (facts) => {
    const large = facts.sessions.filter(
      ({ input }) => input.chars > MOST_CHARS && input.repeated * 2 >= input.chars,
    );
    if (large.length === 0) return [];
    return [
      {
        severity: "warning",
        title: `prompts of ${some(
          large.map(({ node }) => node),
          3,
        )} repeat themselves`,
        evidence: some(
          large.map(
            ({ node, branch, input }) =>
              `${node}${inBranch(branch)}: ${countText(input.chars)} characters, ${percent(input.repeated, input.chars)} % of them repeated`,
          ),
        ),
        advice: 'set fidelity="truncate" or fidelity="summary:low" where these stages are entered',
        where: large.map(({ file, node, branch }) => ({ file, node, ...(branch === "" ? {} : { branch }) })),
        numbers: Object.fromEntries(
          large.slice(0, 50).map(({ node, input }) => [`node.${node}`, input.chars]),
        ),
      },
    ];
  },
};
