/** `--workdir`: a folder that is there. A misspelt one would be made by the first thing that is written. */
import { statSync } from "node:fs";
import { resolve } from "node:path";
import { UsageError } from "./options.ts";

export function workFolder(named: string | undefined): string {
  const folder = resolve(named ?? ".");
  if (statSync(folder, { throwIfNoEntry: false })?.isDirectory() !== true)
    throw new UsageError(`--workdir: there is no folder ${named}`);
  return folder;
}
