/** What `attractor init` writes: the workflow of hops; where no app is installed those that listen and look; a configuration, a graph. */
import { stringify } from "yaml";
import { defaultJobs, type Jobs } from "../../engine/config/jobs.ts";
import { CLOCK_FILE } from "../api/sweep-schedule.ts";
import { callerWorkflow } from "./caller-workflow.ts";
import { clockWorkflow } from "./clock-workflow.ts";
import { coordinatorWorkflow } from "./coordinator-workflow.ts";
import { marked } from "./marked-section.ts";

export interface SetupFile {
  readonly path: string;
  readonly why: string;
  readonly text: string;
}

export const CALLER_PATH = ".github/workflows/attractor-run.yml";
export const COORDINATOR_PATH = ".github/workflows/attractor-coordinator.yml";
export const CLOCK_PATH = `.github/workflows/${CLOCK_FILE}`;
export const CONFIG_PATH = ".github/attractor.yml";
const GRAPH_PATH = "graphs/hello.dot";

/** The inputs of the form never change: what a later version needs goes into the run's log. */
export const CALLER_INPUTS = ["graph", "ref", "inputs", "budget", "command", "hop"] as const;

export interface Setup {
  /** OWNER/NAME@REF of the action. */
  readonly action: string;
  readonly jobs: Jobs;
  /** What the repository's graphs want; null where there is none. `jobs.rounds` wins. */
  readonly rounds?: number | null;
  /** Of the first configuration: `llm.providers`. */
  readonly providers?: Readonly<Record<string, object>>;
}

/** What follows from the configuration, and is written anew by `init --upgrade`. */
export function workflowFiles({ action, jobs: given, rounds }: Setup): SetupFile[] {
  const wanted = given.rounds ?? rounds;
  const jobs = wanted == null ? given : { ...given, rounds: wanted };
  const caller = {
    path: CALLER_PATH,
    why: "runs graphs: start it from the Actions tab, or let a comment start it",
    text: callerWorkflow({ action, jobs }),
  };
  if (jobs.coordinator === "app") return [caller];
  const coordinator = {
    path: COORDINATOR_PATH,
    why: "executes commands of comments, and goes on with runs whose last job was lost",
    text: marked(coordinatorWorkflow({ action, jobs })),
  };
  const clock = {
    path: CLOCK_PATH,
    why: "looks each hour after runs that are open, and is off while none is",
    text: marked(clockWorkflow({ action, jobs })),
  };
  return [caller, coordinator, clock];
}

export function setupFiles(setup: Setup): SetupFile[] {
  return [
    ...workflowFiles(setup),
    { path: CONFIG_PATH, why: "jobs, providers, budget and limits of every run", text: configText(setup) },
    { path: GRAPH_PATH, why: "a first graph, without a model", text: GRAPH },
  ];
}

/** Only what is not the default stands there. */
function configText({ action, jobs, providers }: Setup): string {
  const usual = defaultJobs();
  const differs = Object.entries(jobs).filter(
    ([name, value]) => JSON.stringify(value) !== JSON.stringify(usual[name as keyof Jobs]),
  );
  const block = stringify({ jobs: { action, ...Object.fromEntries(differs) } }, { lineWidth: 0 });
  return `version: 1
# How the workflows are made; after a change: attractor init --upgrade
${block}${providers === undefined ? NO_AGENT : stringify({ llm: { providers } }, { lineWidth: 0 })}budget:
  usd: 25
  on_unknown: block
`;
}

const NO_AGENT = `# llm:
#   providers:
#     ours: { backend: command, command: ./agent.sh }
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
