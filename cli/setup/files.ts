/** What `attractor init` writes: a caller for hops, the parent's ears where no app is installed, a configuration, a first graph. */

export interface SetupFile {
  readonly path: string;
  readonly why: string;
  readonly text: string;
}

export const CALLER_PATH = ".github/workflows/attractor-run.yml";
export const COORDINATOR_PATH = ".github/workflows/attractor-coordinator.yml";
export const CONFIG_PATH = ".github/attractor.yml";
const GRAPH_PATH = "graphs/hello.dot";

/** The caller's inputs never change: what a later version needs goes into the run's ledger. */
export const CALLER_INPUTS = ["graph", "ref", "inputs", "budget", "command", "hop"] as const;

/** What either of our workflows takes from a caller. */
export const CALLED_INPUTS: readonly string[] = [
  ...["graph", "ref", "inputs", "budget", "hop", "command"],
  ...["coordinator", "config", "simulate", "runs-on", "timeout-minutes"],
];

/** Which of our workflows a caller calls (DESIGN.md, "Two durabilities"). */
export const CALLED_BY = { stage: "attractor.yml", job: "attractor-readonly.yml" } as const;
export type Durability = keyof typeof CALLED_BY;

export interface Setup {
  /** The app is installed and decides; nothing in the workflow has to. */
  readonly app: boolean;
  readonly durability: Durability;
}

export function setupFiles({ app, durability }: Setup): SetupFile[] {
  return [
    {
      path: CALLER_PATH,
      why: "runs graphs: start it from the Actions tab, or let a comment start it",
      text: caller(app ? "app" : "workflow", CALLED_BY[durability]),
    },
    ...(app
      ? []
      : [
          {
            path: COORDINATOR_PATH,
            why: "obeys comments, and goes on with runs whose last job was lost",
            text: COORDINATOR,
          },
        ]),
    { path: CONFIG_PATH, why: "providers, budget and limits of every run", text: CONFIG },
    { path: GRAPH_PATH, why: "a first graph, without a model", text: GRAPH },
  ];
}

const caller = (coordinator: "app" | "workflow", called: string): string => `name: Attractor
run-name: Attractor \${{ inputs.hop != '' && format('{0} hop {1}.{2}', fromJSON(inputs.hop).run, fromJSON(inputs.hop).hop, fromJSON(inputs.hop).epoch) || inputs.command || inputs.graph }}
on:
  workflow_dispatch:
    inputs:
      graph: { type: string, default: graphs/hello.dot, description: Path of the graph }
      ref: { type: string, default: "", description: "Branch, tag or commit to work on" }
      inputs: { type: string, default: "", description: "Inputs of the graph, key=value" }
      budget: { type: string, default: "", description: Dollars that the run may spend }
      command: { type: string, default: "", description: "To a run, in place of a graph: choose GATE LABEL, answer GATE text, resume, cancel, diagnose" }
      hop: { type: string, default: "", description: Leave empty }
permissions: {}
jobs:
  attractor:
    permissions:
      contents: write
      actions: write
    uses: attractor/attractor/.github/workflows/${called}@v1
    with:
      graph: \${{ inputs.graph }}
      ref: \${{ inputs.ref }}
      inputs: \${{ inputs.inputs }}
      budget: \${{ inputs.budget }}
      command: \${{ inputs.command }}
      hop: \${{ inputs.hop }}
      coordinator: ${coordinator}
    # Keys that the configuration names, one NAME=value a line:
    # secrets:
    #   env: |
    #     KIMI_API_KEY=\${{ secrets.KIMI_API_KEY }}
    #   # For git.publish pull_request: a token with contents read and pull requests write.
    #   pull-request-token: \${{ secrets.ATTRACTOR_PULL_REQUEST_TOKEN }}
`;

const COORDINATOR = `name: Attractor coordinator
on:
  issue_comment:
    types: [created]
  workflow_run:
    workflows: [Attractor]
    types: [completed]
  schedule:
    - cron: "7,22,37,52 * * * *"
  workflow_dispatch:
permissions: {}
jobs:
  sweep:
    if: \${{ github.event_name != 'issue_comment' || startsWith(github.event.comment.body, '/attractor') }}
    runs-on: ubuntu-latest
    timeout-minutes: 10
    permissions:
      contents: write
      actions: write
      checks: write
      issues: write
      pull-requests: write
    steps:
      - uses: attractor/attractor@v1
        with:
          part: sweep
`;

const CONFIG = `version: 1
# llm:
#   providers:
#     ours: { backend: command, command: ./agent.sh }
budget:
  usd: 25
  on_unknown: block
`;

const GRAPH = `digraph hello {
  graph [goal="Say hello from two branches at once"]
  start [shape=Mdiamond]
  exit [shape=Msquare]
  greet [shape=component]
  join [shape=tripleoctagon, merge=all]
  english [shape=parallelogram, tool_command="echo hello > english.txt"]
  french [shape=parallelogram, tool_command="echo bonjour > french.txt"]
  show [shape=parallelogram, tool_command="cat english.txt french.txt"]
  start -> greet
  greet -> english -> join
  greet -> french -> join
  join -> show
  show -> exit
}
`;
