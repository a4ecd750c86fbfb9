/** `attractor fork RUN NODE@VISIT`: a new run that keeps what came before that visit. */
import { dirname, join, resolve } from "node:path";
import { standIns } from "../engine/agents/preflight/providers.ts";
import { readConfig } from "../engine/local/config-file.ts";
import { readManifest } from "../engine/local/folder.ts";
import { forkRun } from "../engine/local/fork.ts";
import { promptReader } from "../engine/local/prompt-files.ts";
import { resumeRun } from "../engine/local/resume-run.ts";
import { newRunId, RUN_ID } from "../engine/local/run-id.ts";
import { command } from "./command.ts";
import { findRun } from "./find-run.ts";
import { UsageError } from "./options.ts";
import { readText } from "./read-text.ts";
import { atTerminal } from "./session.ts";

const USAGE = `usage: attractor fork RUN NODE@VISIT [options]

Starts a new run that keeps everything before that visit of NODE, commits included, and runs that visit and what follows
anew. The first run stays as it is. A node of a branch is named BRANCH_KEY/NODE@VISIT. RUN is an id
under .attractor/runs, or a run folder.

  --run-id ID          the new run's name (default: from the time)
  --logs-root DIR      its folder (default: beside the first one's)
  --graph FILE         go on with a changed graph
  --config FILE        go on with a changed config
  --answer NODE=LABEL  answers a human gate ahead
  --allow-test-shim    executables in the changed config may be stand-ins; the run says that it is not real
  --json               prints final.json instead of a story

Exit code: as of attractor run.
`;

export const runFork = command({
  name: "fork",
  usage: USAGE,
  options: {
    "run-id": { type: "string" },
    "logs-root": { type: "string" },
    graph: { type: "string" },
    config: { type: "string" },
    "allow-test-shim": { type: "boolean", default: false },
    answer: { type: "string", multiple: true, default: [] as string[] },
    json: { type: "boolean", default: false },
  },
  async run({ values, positionals }, terminal, args) {
    const [dir, at, ...more] = positionals;
    if (dir === undefined || at === undefined || more.length > 0)
      throw new UsageError("name the run and NODE@VISIT");
    const from = findRun(dir, process.cwd());
    const runId = values["run-id"] ?? newRunId(Date.now());
    if (!RUN_ID.test(runId))
      throw new UsageError(`--run-id takes letters, digits, ".", "_" and "-", not ${JSON.stringify(runId)}`);
    const root = resolve(values["logs-root"] ?? join(dirname(from), runId));
    const { workdir, simulated } = await readManifest(from);
    const config = values.config === undefined ? null : readConfig(values.config, workdir).config;
    const shims = config === null || simulated.includes("agents") ? [] : standIns(config);
    if (shims.length > 0 && !values["allow-test-shim"])
      throw new UsageError(
        `${values.config}: the executable of ${shims.join(", ")} may be a stand-in: give --allow-test-shim`,
      );
    await forkRun({
      from,
      at,
      root,
      runId,
      graph: values.graph === undefined ? null : readText(values.graph),
      config,
      ...(values.graph === undefined
        ? {}
        : { prepare: { readPrompt: promptReader(dirname(resolve(values.graph))) } }),
      invocation: args,
    });
    const flags = {
      root,
      json: values.json,
      autoApprove: simulated.includes("gates"),
      answers: values.answer,
    };
    return await atTerminal(terminal, flags, (driver) => resumeRun(root, { ...driver, by: "fork" }));
  },
});
