import type { BuiltInRule, Finding } from "../rule.ts";

const KEYWORDS = new Set(["graph", "digraph", "subgraph", "node", "edge", "strict"]);
/** Folders of a run that stand beside the stages' own. */
const FOLDERS = new Set(["parallel", "artifacts", "worktree", "outputs", "preflight"]);
/** Names that no file can have where Windows reads the artifacts. */
const DEVICES = /^(?:con|prn|aux|nul|com[0-9]|lpt[0-9])$/;

export const rule: BuiltInRule = {
  code: "reserved_id",
  severity: "error",
  title: "Node ids are free names",
  explain:
    "Every stage has a folder of its own name in the run folder. parallel, artifacts, worktree, outputs and preflight are folders of the run itself, the keywords of DOT mean something else in the graph, and con, nul and their like cannot be file names on Windows.",
  fix: "Call the node something else; its label may stay as it is.",
  bad: `digraph g {
  start [shape=Mdiamond]
  exit [shape=Msquare]
  artifacts [prompt="Collect them"]
  start -> artifacts
  artifacts -> exit [condition="outcome=success"]
}`,
  good: `digraph g {
  start [shape=Mdiamond]
  exit [shape=Msquare]
  collect_artifacts [prompt="Collect them"]
  start -> collect_artifacts
  collect_artifacts -> exit [condition="outcome=success"]
}`,
  *check({ nodes }): Iterable<Finding> {
    for (const node of nodes) {
      const id = node.id.toLowerCase();
      const why = KEYWORDS.has(id)
        ? "is a keyword of DOT"
        : FOLDERS.has(id)
          ? "is a folder of the run itself"
          : DEVICES.test(id)
            ? "cannot be a file name on Windows"
            : null;
      if (why !== null) yield { message: `the id ${node.id} ${why}`, node };
    }
  },
};
