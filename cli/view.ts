/** `attractor view [RUN]`: the runs of this repository as pages on loopback, live, with answers to their questions. */
import { spawn } from "node:child_process";
import { closeSync, openSync } from "node:fs";
import { userInfo } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { isGitRepo, workGit } from "../engine/git/work-repo.ts";
import { listWorktrees } from "../engine/git/worktree-list.ts";
import { answerRun } from "../engine/local/answer.ts";
import { findRuns } from "../engine/local/find-runs.ts";
import { FILES } from "../engine/local/folder.ts";
import { redactor } from "../engine/redact/redact.ts";
import { secretValues } from "../engine/stages/inherit-env.ts";
import { command } from "./command.ts";
import { EXIT } from "./exit-codes.ts";
import { findRun } from "./find-run.ts";
import { onInterrupt } from "./interrupt.ts";
import { UsageError } from "./options.ts";
import { startView } from "./view/server.ts";
import { workFolder } from "./work-folder.ts";

const USAGE = `usage: attractor view [RUN] [--port N] [--workdir DIR]

Serves the pages of the runs here on 127.0.0.1 and prints their address: what runs, why it failed, each attempt with
prompt, answer, tool calls and output, and the questions with buttons. The address holds a secret. Ctrl-C ends it; the
runs go on.
Exit code: 0, or 2 when there is no such run.
`;

export const runView = command({
  name: "view",
  usage: USAGE,
  options: {
    port: { type: "string", default: "0" },
    workdir: { type: "string", default: "." },
  },
  async run({ values, positionals }, terminal) {
    const port = Number(values.port);
    if (!Number.isInteger(port) || port < 0 || port > 65_535)
      throw new UsageError(`--port takes a port, not ${values.port}`);
    const [named, ...more] = positionals;
    if (more.length > 0) throw new UsageError(`${JSON.stringify(more[0])} is one too many`);
    const root = named === undefined ? null : findRun(named, process.cwd());
    const here = workFolder(values.workdir);
    const view = await startView({
      port,
      roots: () => rootsOf(here, root),
      answer: async (at, gate, label) => {
        const { running } = await answerRun(at, gate, label, userInfo().username);
        if (!running) goOn(at);
      },
      redact: redactor(secretValues(process.env)),
    });
    terminal.out(`${root === null ? view.url : view.runUrl(nameOf(root))}\n`);
    terminal.err("Ctrl-C ends the pages; runs go on\n");
    await interrupted();
    await view.close();
    return EXIT.success;
  },
});

/** Nobody drives the run: it goes on in a process of its own, which these pages do not end. */
function goOn(root: string): void {
  const out = openSync(join(root, FILES.out), "a");
  const launcher = fileURLToPath(new URL("./attractor.mjs", import.meta.url));
  const child = spawn(process.execPath, [launcher, "resume", root], {
    detached: true,
    stdio: ["ignore", out, out],
  });
  child.once("error", () => undefined);
  child.unref();
  closeSync(out);
}

const nameOf = (root: string): string => root.split("/").at(-1) ?? root;

/** Run folders by their names; one that was named is there wherever it lies. */
async function rootsOf(here: string, root: string | null): Promise<Map<string, string>> {
  const worktrees = (await isGitRepo(here)) ? await listWorktrees(workGit(here)) : [];
  const found = await findRuns(here, worktrees);
  const beside = root === null || found.includes(root) ? [] : [root];
  return new Map([...found, ...beside].map((path) => [nameOf(path), path]));
}

function interrupted(): Promise<void> {
  return new Promise((done) => {
    const { signal, done: stop } = onInterrupt(
      () => undefined,
      () => undefined,
    );
    signal.addEventListener("abort", () => {
      stop();
      done();
    });
  });
}
