import { whereOf } from "../facts/mark.ts";
import type { FindingKind } from "./kind.ts";
import { some } from "./words.ts";

export const branchesInvisible: FindingKind = {
  code: "BRANCHES_INVISIBLE",
  title: "The run's log tells nothing of its branches",
  explain:
    "Branches worked and wrote logs of their own, and the run's log has not one line about them: from it nobody can tell whether the fan-out works, is done or hangs. A note where the branches were joined all the same, a warning where they were not.",
  fix: "Look into the logs of the branches, `parallel/*/*/progress.ndjson`; `attractor diagnose` reads them. Runs of this engine tell each step of a branch in the run's log.",
  look: (facts) => {
    const silent = [...facts.branches.values()].filter(({ key }) => {
      const scope = facts.scopes.get(key);
      return scope?.files.log != null && scope.nodes.size > 0;
    });
    if (silent.length === 0 || facts.toldBranches.size > 0) return [];
    const open = facts.fans.find(({ joined }) => joined === null);
    return [
      {
        severity: open && !facts.ended ? "warning" : "info",
        title: `the run's log tells nothing of ${silent.length} branches`,
        evidence: `no line of it names ${some(silent.map(({ key }) => key))}`,
        advice: "read the branches' own progress.ndjson",
        where: [
          ...(open ? [whereOf(open.started, { node: open.node })] : []),
          ...silent.slice(0, 20).map(({ key }) => ({ file: facts.scopes.get(key)!.files.log!, branch: key })),
        ],
        numbers: { branches: silent.length },
      },
    ];
  },
};
