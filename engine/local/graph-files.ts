/** What lies beside a graph and is no part of the work: it need not be committed before the graph may run. */
import { dirname, join } from "node:path";

export function graphFiles(graphPath: string): readonly string[] {
  const stem = graphPath.replace(/\.(?:dot|gv)$/, "");
  const beside = ["README.md", "run.yaml", "workflow.yml"].map((name) => join(dirname(graphPath), name));
  return [graphPath, `${stem}.svg`, `${stem}.simulate.json`, ...beside];
}
