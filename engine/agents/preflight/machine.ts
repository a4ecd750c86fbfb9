/** What preflight asks of the machine it runs on. */
import { execFile } from "node:child_process";
import { accessSync, constants, statSync } from "node:fs";
import { delimiter, join } from "node:path";
import { inheritedEnv, type ParentEnv } from "../../stages/inherit-env.ts";
import { adapterOf } from "../cli/adapters.ts";
import { sandboxProblem } from "../cli/sandbox.ts";
import { bubblewrap } from "../confine/bwrap.ts";
import type { Confiner } from "../confinement.ts";
import type { Files } from "./scripts.ts";

export interface Machine extends Confiner {
  readonly env: ParentEnv;
  /** The path of a command; null when there is none. */
  readonly find: (executable: string) => string | null;
  /** What a command prints; null when it does not end well in its time. */
  readonly ask: (path: string, args: readonly string[]) => Promise<string | null>;
}

/** Of the folder where stages work, as it is before any of them. */
export const filesIn =
  (folder: string): Files =>
  (path) => {
    const at = join(folder, path);
    if (isExecutable(at)) return "program";
    return statSync(at, { throwIfNoEntry: false })?.isFile() ? "file" : "missing";
  };

const ASK_MS = 10_000;

export const thisMachine = (env: ParentEnv): Machine => ({
  env,
  canConfine: async () => !("missing" in (await bubblewrap())),
  ownSandbox: async (cli, executable) =>
    (await sandboxProblem(adapterOf(cli), executable, inheritedEnv(env))) === null,
  find(executable) {
    const places = executable.includes("/")
      ? [executable]
      : (env.PATH ?? "").split(delimiter).map((folder) => join(folder, executable));
    return places.find(isExecutable) ?? null;
  },
  ask: (path, args) =>
    new Promise((resolve) => {
      // Without keys: a question about options needs none.
      const child = execFile(
        path,
        args,
        { env: inheritedEnv(env), timeout: ASK_MS },
        (error, stdout, stderr) => resolve(error === null ? `${stdout}${stderr}` : null),
      );
      child.stdin?.end();
    }),
});

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}
