/** `attractor run GRAPH`: a graph on this machine, from its first stage to an end that is written down. */
import { dirname, resolve } from "node:path";
import { standIns } from "../engine/agents/preflight/providers.ts";
import { parseScript, withAllTools } from "../engine/agents/simulate-script.ts";
import { readConfig, workdirOf } from "../engine/local/config-file.ts";
import { newRunRoot } from "../engine/local/folder.ts";
import { endBeforeStart } from "../engine/local/not-started.ts";
import { InvalidRunError } from "../engine/local/prepare-run.ts";
import { promptReader } from "../engine/local/prompt-files.ts";
import { startRun } from "../engine/local/run.ts";
import { newRunId, RUN_ID } from "../engine/local/run-id.ts";
import { type Arguments, command } from "./command.ts";
import { detach } from "./detach.ts";
import { inputHelp } from "./input-help.ts";
import type { Terminal } from "./io.ts";
import { MODEL_OPTIONS, withForcedModels } from "./model-options.ts";
import { onlyOne, pairs, UsageError } from "./options.ts";
import { readText } from "./read-text.ts";
import { atTerminal } from "./session.ts";
import { graphPathOf, scriptBeside } from "./shipped.ts";
import { workFolder } from "./work-folder.ts";

const USAGE = `usage: attractor run GRAPH [options]
       attractor run GRAPH --help   shows the inputs of that graph too

GRAPH is a file, or the name of a graph that ships (attractor new lists them). Runs it here: tools as commands, branches
side by side in git worktrees, gates at the terminal. Your checkout is never touched; the work is on the branch that the
end names.

  --config FILE        configuration, YAML or JSON (default: .github/attractor.yml where there is one)
  --logs-root DIR      the run folder (default: .attractor/runs/RUN-ID under the work directory)
  --run-id ID          the run's name (default: from the time)
  --workdir DIR        the repository or folder to work on (default: here)
  --input KEY=VALUE    an input of the graph; once for each
  --answer NODE=LABEL  answers a human gate ahead; once for each visit
  --simulate [FILE]    agent stages without a model; FILE maps node ids to outcomes per visit; without FILE what
                       GRAPH.simulate.json beside the graph says, else what the graph's edges offer
  --simulate-tools     with --simulate: no command of a tool runs either; FILE may name tools, and those never run
  --force-model P=M    provider P runs every stage of its with model M; once for each provider
  --allow-test-shim    executables in the configuration may be stand-ins; the run says that it is not real
  --auto-approve       takes the first choice of every gate, and says so in the final
  --detach             goes on without this terminal; prints where to watch
  --json               prints final.json instead of a story

Exit code: 0 success, 1 the run failed, 2 invalid input, 3 canceled, 4 waiting for a human, or for a provider to be paid.
`;

const KNOWN = {
  graph: { type: "string" },
  config: { type: "string" },
  "logs-root": { type: "string" },
  "run-id": { type: "string" },
  workdir: { type: "string" },
  input: { type: "string", multiple: true, default: [] as string[] },
  answer: { type: "string", multiple: true, default: [] as string[] },
  simulate: { type: "string" },
  "simulate-tools": { type: "boolean", default: false },
  ...MODEL_OPTIONS,
  "auto-approve": { type: "boolean", default: false },
  detach: { type: "boolean", default: false },
  json: { type: "boolean", default: false },
} as const;

export const runRun = command({
  name: "run",
  usage: USAGE,
  options: KNOWN,
  complete: bareSimulate,
  help({ values, positionals }) {
    const named = values.graph ?? positionals[0];
    const graph = named === undefined ? undefined : graphPathOf(named);
    return graph === undefined ? USAGE : `${USAGE}\n${inputHelp(graph, readText(graph))}`;
  },
  run: ({ values, positionals }, terminal, args) => begin(args, values, positionals, terminal),
});

type Values = Arguments<typeof KNOWN>["values"];

async function begin(
  args: readonly string[],
  values: Values,
  positionals: readonly string[],
  terminal: Terminal,
): Promise<number> {
  const runId = values["run-id"] ?? newRunId(Date.now());
  if (!RUN_ID.test(runId))
    throw new UsageError(`--run-id takes letters, digits, ".", "_" and "-", not ${JSON.stringify(runId)}`);
  const here = workFolder(values.workdir);
  const given = values["logs-root"] === undefined ? null : resolve(values["logs-root"]);
  const named = given ?? (values.detach ? await newRunRoot(here, runId) : null);
  const first = values.graph ?? positionals[0];
  const about = { runId, source: "", graphPath: first ?? null, now: Date.now() };
  const chosen = await endingIn(named, about, () => chosenBy(values, positionals, here));
  const root = given ?? (await newRunRoot(chosen.workdir, runId));
  if (values.detach) return await detach({ args, root, runId }, terminal);
  for (const note of chosen.notes) terminal.err(`${note}\n`);
  const autoApprove = values["auto-approve"];
  const flags = { root, json: values.json, autoApprove, answers: values.answer };
  const { graphPath, script } = chosen;
  return await atTerminal(terminal, flags, (driver) =>
    startRun({
      ...driver,
      root,
      runId,
      source: chosen.source,
      graphPath: chosen.graph,
      workdir: chosen.workdir,
      config: chosen.config,
      script,
      inputs: chosen.inputs,
      allowTestShim: values["allow-test-shim"],
      simulated: [
        ...(autoApprove ? ["gates"] : []),
        ...(script === null && standIns(chosen.config).length > 0 ? ["executables"] : []),
      ],
      invocation: args,
      prepare: { readPrompt: promptReader(dirname(resolve(graphPath))) },
    }),
  );
}

/** Everything that the command names, read before anything is begun. */
function chosenBy(values: Values, positionals: readonly string[], here: string) {
  const graph = onlyOne(values.graph === undefined ? positionals : [values.graph, ...positionals], "a graph");
  const graphPath = graphPathOf(graph);
  const { config, notes } = readConfig(values.config ?? null, here);
  return {
    graph,
    graphPath,
    config: withForcedModels(config, values["force-model"]),
    notes,
    workdir: workdirOf(values.workdir === undefined ? null : here, config, here),
    source: readText(graphPath),
    script: scriptOf(values, graphPath),
    inputs: Object.fromEntries(pairs(values.input, "--input")),
  };
}

function scriptOf({ simulate, "simulate-tools": tools }: Values, graphPath: string): string | null {
  if (simulate === undefined) {
    if (tools) throw new UsageError("--simulate-tools needs --simulate: agents are simulated with the tools");
    return null;
  }
  const file = simulate === "" ? scriptBeside(graphPath) : simulate;
  const text = file === null ? "" : readText(file);
  const read = parseScript(text === "" ? "{}" : text, file ?? "");
  if (!read.ok) throw new InvalidRunError(read.problems);
  return tools ? withAllTools(text) : text;
}

/** What fails before the engine starts leaves its end in the run folder where one is named (R-LIFE-1, R-LIFE-10). */
async function endingIn<T>(
  root: string | null,
  about: Parameters<typeof endBeforeStart>[1],
  read: () => T,
): Promise<T> {
  try {
    return read();
  } catch (error) {
    if (root !== null) await endBeforeStart(root, about, error);
    throw error;
  }
}

/** `--simulate` may stand alone: then it takes no value from what follows. */
function bareSimulate(args: readonly string[]): string[] {
  return args.map((arg, i) =>
    arg === "--simulate" && !/\.json$/.test(args[i + 1] ?? "") ? "--simulate=" : arg,
  );
}
