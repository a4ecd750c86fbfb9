/** A branch with two small graphs, made for the acceptance and deleted after it. No stage of them asks a model. */
import type { GitHub } from "../../../github/api/request.ts";
import { gitData } from "../../../github/ledger/git-data.ts";

const TWO_BRANCHES = `digraph branches { graph [goal="Two branches, a question, and an end"]
  start [shape=Mdiamond]; exit [shape=Msquare]
  fan [shape=component]; join [shape=tripleoctagon]
  left [shape=parallelogram, tool_command="echo left"]
  right [shape=parallelogram, tool_command="echo right"]
  ask [shape=hexagon, label="Did both branches run?"]
  after [shape=parallelogram, tool_command="echo after"]
  start -> fan; fan -> left -> join; fan -> right -> join
  join -> ask; ask -> after [label="[Y] Yes"]; after -> exit
}
`;
const LONG = `digraph long { graph [goal="Something to cancel"]
  start [shape=Mdiamond]; exit [shape=Msquare]
  wait [shape=parallelogram, tool_command="sleep 600"]
  start -> wait -> exit
}
`;

/** Titles of workflow runs carry the path, and so the name that they are found by. */
export const graphPath = (name: string, graph: "branches" | "long"): string => `${name}/${graph}.dot`;
export const branchOf = (name: string): string => `attractor-${name}`;

/** `tip`: of the default branch. */
export async function makeBranch(github: GitHub, tip: string, name: string): Promise<void> {
  const git = gitData(github);
  const commit = await git.commit({
    parents: [tip],
    // Whatever listens to pushes is not to begin.
    message: "Graphs of `attractor doctor --accept`, deleted after it\n\n[skip ci]\n",
    base: tip,
    changes: new Map([
      [graphPath(name, "branches"), TWO_BRANCHES],
      [graphPath(name, "long"), LONG],
    ]),
  });
  const branch = branchOf(name);
  if ((await git.createRef(`refs/heads/${branch}`, commit)) === "exists")
    throw new Error(`the branch ${branch} is there already`);
}
