/** `attractor run GRAPH`: a graph on this machine, from its first stage to an end that is written down. */
import { spawn } from "node:child_process";
import { mkdirSync, openSync, readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { writeFileAtomic } from "../engine/ledger/atomic.ts";
import { ConfigError, readConfig } from "../engine/local/config-file.ts";
import { FILES, newRunRoot } from "../engine/local/folder.ts";
import { killRunning } from "../engine/local/kill.ts";
import { promptReader } from "../engine/local/prompt-files.ts";
import { type RunReport, startRun } from "../engine/local/run.ts";
import { newRunId, RUN_ID } from "../engine/local/run-id.ts";
import { consoleInterviewer } from "../engine/stages/human/console.ts";
import { autoApproveInterviewer } from "../engine/stages/human/interviewers.ts";
import { tell } from "./errors.ts";
import { EXIT, exitCodeOf } from "./exit-codes.ts";
import { onInterrupt } from "./interrupt.ts";
import type { Terminal } from "./io.ts";
import { onlyOne, options, pairs, UsageError } from "./options.ts";
import { account } from "./screen/account.ts";
import { screen } from "./screen/screen.ts";

export const USAGE = `usage: attractor run GRAPH [options]

Runs a graph here: tools as commands, branches side by side in git worktrees, gates at the terminal. Your checkout is
never touched; the work is on the branch that the end names.

  --config FILE        configuration, YAML or JSON (default: .github/attractor.yml where there is one)
  --logs-root DIR      the run folder (default: .attractor/runs/RUN-ID under the work directory)
  --run-id ID          the run's name (default: from the time)
  --workdir DIR        the repository or folder to work on (default: here)
  --input KEY=VALUE    an input of the graph; once for each
  --answer NODE=LABEL  answers a human gate ahead; once for each visit
  --simulate [FILE]    agent stages without a model; FILE maps node ids to outcomes per visit
  --auto-approve       takes the first choice of every gate, and says so in the final
  --detach             goes on without this terminal; prints where to watch
  --json               prints final.json instead of a story

Exit code: 0 success, 1 the run failed, 2 invalid input, 3 canceled, 4 waiting for a human.
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
  "auto-approve": { type: "boolean", default: false },
  detach: { type: "boolean", default: false },
  json: { type: "boolean", default: false },
  help: { type: "boolean", short: "h", default: false },
} as const;

export async function runRun(args: readonly string[], terminal: Terminal): Promise<number> {
  try {
    const { values, positionals } = options(bareSimulate(args), KNOWN);
    if (values.help) {
      terminal.out(USAGE);
      return EXIT.success;
    }
    const graphPath = values.graph ?? onlyOne(positionals, "a graph");
    if (values.graph !== undefined && positionals.length > 0)
      throw new UsageError(`one graph only; ${positionals[0]} is one too many`);
    const workdir = resolve(values.workdir ?? ".");
    const runId = values["run-id"] ?? newRunId(Date.now());
    if (!RUN_ID.test(runId))
      throw new UsageError(`--run-id takes letters, digits, ".", "_" and "-", not ${JSON.stringify(runId)}`);
    const root =
      values["logs-root"] === undefined ? await newRunRoot(workdir, runId) : resolve(values["logs-root"]);
    if (values.detach) return await detach(args, terminal, root, runId);

    const source = readText(graphPath);
    const config = readConfig(values.config ?? null, workdir);
    for (const note of config.notes) terminal.err(`${note}\n`);
    const script =
      values.simulate === undefined ? null : values.simulate === "" ? "" : readText(values.simulate);
    const simulated = [...(script === null ? [] : ["agents"]), ...(values["auto-approve"] ? ["gates"] : [])];
    const interrupt = onInterrupt(terminal.err, () => killRunning(runId));
    const view = screen(terminal, { json: values.json });
    const asks = process.stdin.isTTY === true && !values.json;
    const person = asks ? consoleInterviewer({ input: process.stdin, output: process.stderr }) : null;
    try {
      const report = await startRun({
        root,
        runId,
        source,
        graphPath,
        workdir,
        config: config.config,
        script,
        inputs: Object.fromEntries(pairs(values.input, "--input")),
        answers: grouped(pairs(values.answer, "--answer")),
        interviewer: values["auto-approve"] ? autoApproveInterviewer() : person,
        cancel: interrupt.signal,
        watch: view.watch,
        simulated,
        invocation: args,
        env: process.env,
        prepare: { readPrompt: promptReader(dirname(resolve(graphPath))) },
      });
      view.close();
      return finish(report, terminal, values.json);
    } finally {
      view.close();
      person?.close();
      interrupt.done();
    }
  } catch (error) {
    return tell(terminal, "run", USAGE, error);
  }
}

export function finish(report: RunReport, terminal: Terminal, json: boolean): number {
  terminal.out(json ? `${JSON.stringify(report.final ?? report.live, null, 2)}\n` : account(report));
  return exitCodeOf(report);
}

/** The launcher ends; the run goes on in a session of its own and ends like any other (R-RUN-1). */
async function detach(
  args: readonly string[],
  terminal: Terminal,
  root: string,
  runId: string,
): Promise<number> {
  mkdirSync(root, { recursive: true });
  const out = openSync(join(root, FILES.out), "a");
  const own = new Set(["--detach"]);
  const rest = args.filter((arg) => !own.has(arg));
  const child = spawn(
    process.execPath,
    [
      fileURLToPath(new URL("./main.ts", import.meta.url)),
      "run",
      ...rest,
      "--run-id",
      runId,
      "--logs-root",
      root,
    ],
    { detached: true, stdio: ["ignore", out, out] },
  );
  await new Promise<void>((started, failed) => {
    child.once("spawn", started);
    child.once("error", failed);
  });
  child.unref();
  await writeFileAtomic(join(root, FILES.pid), `${child.pid}\n`);
  terminal.out(`detached=true\nlogs_root=${root}\npid_file=${join(root, FILES.pid)}\n`);
  return EXIT.success;
}

/** `--simulate` may stand alone: then it takes no value from what follows. */
function bareSimulate(args: readonly string[]): string[] {
  return args.map((arg, i) =>
    arg === "--simulate" && !/\.json$/.test(args[i + 1] ?? "") ? "--simulate=" : arg,
  );
}

function grouped(entries: readonly [string, string][]): Map<string, string[]> {
  const map = new Map<string, string[]>();
  for (const [node, label] of entries) map.set(node, [...(map.get(node) ?? []), label]);
  return map;
}

function readText(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    throw new ConfigError([`${path} cannot be read: ${(error as Error).message}`]);
  }
}
