/** A workflow of a repository's own, with one job that runs a graph by the action. */
import { allRuns } from "./inspect.ts";
import type { Scene } from "./support.ts";

export const OWN_PATH = ".github/workflows/own.yml";

export const ownWorkflow = ({
  permissions = "contents: write",
  inputs = "",
}: {
  readonly permissions?: string;
  readonly inputs?: string;
} = {}): string => `name: Own
on: workflow_dispatch
permissions: {}
jobs:
  game:
    runs-on: ubuntu-latest
    permissions: { ${permissions} }
    steps:
      - uses: attractor/attractor@v1
        with: { graph: graphs/game.dot${inputs} }
`;

/** Dispatched, and played to its end. */
export async function runOwn(s: Scene): Promise<{ readonly id: number; readonly conclusion: string | null }> {
  await s.me.request("POST /repos/{owner}/{repo}/actions/workflows/{workflow_id}/dispatches", {
    ...{ ...s.at, workflow_id: "own.yml", ref: "main" },
  });
  const [run] = await allRuns(s);
  return run!;
}
