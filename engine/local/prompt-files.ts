/** Reads the prompt files that a graph on this machine names; never anything outside its repository. */
import { existsSync, realpathSync } from "node:fs";
import { dirname, join, parse, relative, resolve, sep } from "node:path";
import type { ReadPrompt } from "../graph/transforms/prompt-files.ts";
import { readInput } from "./read-input.ts";

/** Looks beside the graph first, then at the root of its repository. */
export function promptReader(graphFolder: string): ReadPrompt {
  const folder = realpathSync(graphFolder);
  const root = repositoryRoot(folder) ?? folder;
  return (path) => {
    const found = [join(folder, path), join(root, path)].find((candidate) => existsSync(candidate));
    if (found === undefined) return { ok: false, error: `there is no such file in ${folder} or ${root}` };
    try {
      const real = realpathSync(found);
      if (!isInside(root, real)) return { ok: false, error: `it lies outside ${root}` };
      return { ok: true, text: readInput(real) };
    } catch (error) {
      return { ok: false, error: (error as Error).message };
    }
  };
}

function repositoryRoot(folder: string): string | null {
  for (let at = resolve(folder); ; at = dirname(at)) {
    if (existsSync(join(at, ".git"))) return at;
    if (at === parse(at).root) return null;
  }
}

function isInside(root: string, file: string): boolean {
  const path = relative(root, file);
  return path !== ".." && !path.startsWith(`..${sep}`) && path !== "" && parse(path).root === "";
}
