/** Before all tests: builds the command where the build is not what the sources make, so that its many starts are quick. */
import { execFileSync } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";

const root = resolve(import.meta.dirname, "../..");
const INPUTS = join(root, "build/command/inputs");

export async function setup(): Promise<void> {
  const launcher = pathToFileURL(join(root, "cli/launch/built.mjs")).href;
  const { currentBuild } = (await import(launcher)) as {
    currentBuild: (root: URL, command: string) => string | null;
  };
  const commands = existsSync(INPUTS) ? readdirSync(INPUTS).map((name) => name.replace(".txt", "")) : [];
  const isCurrent = (command: string) => currentBuild(pathToFileURL(`${root}/`), command) !== null;
  if (commands.length > 0 && commands.every(isCurrent)) return;
  execFileSync(process.execPath, [join(root, "scripts/command.ts")], {
    stdio: ["ignore", "ignore", "inherit"],
  });
}
