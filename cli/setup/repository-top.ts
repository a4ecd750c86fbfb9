/** The folder that `init` and `doctor` are about: GitHub looks for workflows below the top of a repository alone. */
import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { UsageError } from "../options.ts";

export function mustBeTop(folder: string): void {
  if (existsSync(join(folder, ".git"))) return;
  for (let at = dirname(folder); ; at = dirname(at)) {
    if (existsSync(join(at, ".git")))
      throw new UsageError(`${folder} is not the top of a git repository: name ${at}, or go there`);
    if (dirname(at) === at) break;
  }
  throw new UsageError(`${folder} is in no git repository: go to yours, or make one here with \`git init\``);
}
