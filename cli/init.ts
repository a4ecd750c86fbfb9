/** `attractor init`: what a repository needs to run graphs on GitHub. Never writes over a file that is somebody's own. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { defaultConfig } from "../engine/config/defaults.ts";
import { ROUNDS_BY_DEFAULT } from "../engine/plan/rounds.ts";
import { CONFIG_PATH, type Setup, setupFiles } from "../github/workflows/init-files.ts";
import { command } from "./command.ts";
import { EXIT } from "./exit-codes.ts";
import { type AskedInit, INIT_OPTIONS, INIT_USAGE, readInit } from "./init-options.ts";
import type { Terminal } from "./io.ts";
import { UsageError } from "./options.ts";
import { ownAction } from "./setup/action-source.ts";
import { folderRounds } from "./setup/folder-rounds.ts";
import { jobsIn, withAction } from "./setup/jobs-in-config.ts";
import { mustBeTop } from "./setup/repository-top.ts";
import { upgrade } from "./setup/upgrade.ts";

export const runInit = command({
  name: "init",
  usage: INIT_USAGE,
  options: INIT_OPTIONS,
  async run(given, terminal) {
    const asked = readInit(given);
    mustBeTop(asked.folder);
    return asked.upgrade ? renew(asked, terminal) : begin(asked, terminal);
  },
});

function begin({ folder, action, jobs, agent }: AskedInit, terminal: Terminal): number {
  const providers = agent === null ? {} : { providers: agent.providers };
  // The graph that is written with them has a fan-out: fewer would not do.
  const rounds = Math.max(ROUNDS_BY_DEFAULT, folderRounds(folder, { ...defaultConfig(), jobs }) ?? 1);
  const runs = known(action ?? ownAction());
  const files = setupFiles({ action: runs, jobs, rounds, ...providers });
  const there = files.filter(({ path }) => existsSync(join(folder, path)));
  if (there.length > 0) {
    const names = there.map(({ path }) => `  ${path}\n`).join("");
    terminal.err(`attractor init: nothing was written, because these exist:
${names}Move them away; or renew the workflows from ${CONFIG_PATH} with \`attractor init --upgrade\`.
`);
    return EXIT.invalid;
  }
  for (const { path, text } of files) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text, { flag: "wx" });
  }
  const width = Math.max(...files.map(({ path }) => path.length));
  terminal.out(files.map(({ path, why }) => `${path.padEnd(width)}  ${why}\n`).join(""));
  terminal.out(`\nThe jobs run the action ${runs}.\n`);
  if (agent !== null) terminal.out(`\nWho pays: ${agent.pays}.\n`);
  for (const todo of agent?.todo ?? []) terminal.out(`To do: ${todo}\n`);
  terminal.out(`
Next: commit these and push them to the default branch, where GitHub looks for workflows.
Then: Actions, "Attractor", "Run workflow"; or comment /attractor run graphs/hello.dot on a pull request.
\`attractor doctor\` says what is still missing.
`);
  return EXIT.success;
}

function renew({ folder, action }: AskedInit, terminal: Terminal): number {
  const path = join(folder, CONFIG_PATH);
  const before = existsSync(path) ? readFileSync(path, "utf8") : "";
  const { jobs, config, problem } = jobsIn(before);
  if (problem !== null) throw new UsageError(problem);
  const rounds = folderRounds(folder, config);
  const setup: Setup = { action: known(action ?? jobs.action ?? ownAction()), jobs, rounds };
  const { diffs, refused } = upgrade(folder, setup);
  if (refused.length > 0) {
    const names = refused.map((name) => `  ${name}\n`).join("");
    terminal.err(`attractor init: nothing was written, because these have no marked lines of ours:
${names}Move them away and run \`attractor init --upgrade\` again, or keep them as they are.
`);
    return EXIT.invalid;
  }
  if (jobs.action !== setup.action) {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, withAction(before, setup.action));
    terminal.out(`${CONFIG_PATH} now names the action ${setup.action}\n`);
  }
  terminal.out(diffs.length === 0 ? "The workflows are as this version writes them.\n" : diffs.join("\n"));
  return EXIT.success;
}

function known(action: string | null): string {
  if (action !== null) return action;
  throw new UsageError(`which action is the workflow to run? This copy of attractor comes from no repository on GitHub.
Say --action OWNER/NAME@REF: a release of the action (its tag or, safer, its commit), or of your fork`);
}
