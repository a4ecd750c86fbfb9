import type { RunFacts } from "../facts/facts.ts";
import { type Mark, whereOf } from "../facts/mark.ts";
import type { FindingKind } from "./kind.ts";
import { exact, inBranch, lastMs, mayGoOnWords, scopesOf, some, waits } from "./words.ts";

export const unfinishedAttempt: FindingKind = {
  code: "UNFINISHED_ATTEMPT",
  title: "An attempt began and never ended",
  explain:
    "The log has the start of an attempt and no end of it. What it did is not known, and may be half done. Attempts that were begun again, and those of a run that still goes on, are none; in a cancelled run it is a note.",
  fix: "Look at the attempt's folder for what it said last, then resume: the attempt begins again.",
  look: (facts) => {
    if (mayGoOnWords(facts) || waits(facts)) return [];
    const open = openAttempts(facts);
    if (open.length === 0) return [];
    const end = lastMs(facts);
    return [
      {
        severity: facts.ended?.status === "canceled" ? "info" : "warning",
        title:
          open.length === 1
            ? `${open[0]!.node} began and never ended`
            : `${open.length} attempts never ended`,
        evidence: some(
          open.map(
            ({ node, branch, mark }) =>
              `${node}${inBranch(branch)} since ${mark.ts}, ${exact(end - mark.ms)} before the last line`,
          ),
        ),
        advice: "look at what they said last in their folders; a resumed run begins them again",
        where: open
          .slice(0, 20)
          .map(({ node, branch, mark }) => whereOf(mark, { node, ...(branch === "" ? {} : { branch }) })),
        numbers: { count: open.length },
      },
    ];
  },
};

const openAttempts = (facts: RunFacts): { node: string; branch: string; mark: Mark }[] =>
  scopesOf(facts).flatMap(({ key, nodes }) =>
    [...nodes.values()].flatMap(({ id, open }) =>
      [...open.values()].map((mark) => ({ node: id, branch: key, mark })),
    ),
  );
