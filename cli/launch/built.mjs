// The built command, when it is what the sources make: a checkout never runs what somebody has changed since.
const { existsSync, readFileSync, statSync } = process.getBuiltinModule("node:fs");
const { enableCompileCache } = process.getBuiltinModule("node:module");
const { fileURLToPath } = process.getBuiltinModule("node:url");

const FOLDER = "build/command/";
/** Commands whose whole program is one file (`scripts/command.ts`). */
const ALONE = new Map([
  ["validate", "validate"],
  ["run", "run"],
  ["resume", "run"],
]);

/** The address of its first file; null when nothing was built, or one of the files that the command was made of is another now. */
export function currentBuild(root, command = "") {
  const folder = new URL(FOLDER, root);
  const inputs = inputsOf(folder, /^[a-z]+$/.test(command) ? command : "none") ?? inputsOf(folder, "none");
  if (inputs === null) return null;
  if (!isCurrent(fileURLToPath(root), inputs)) return null;
  enableCompileCache(fileURLToPath(new URL("cache", folder)));
  const alone = new URL(`${ALONE.get(command)}.mjs`, folder);
  return existsSync(alone) ? alone.href : new URL("main.mjs", folder).href;
}

/** Whether every file is as large and as old as these lines say. */
export function isCurrent(base, inputs) {
  for (const line of inputs.split("\n")) {
    const [size, changed, path] = line.split("\t");
    if (path === undefined) continue;
    const now = statSync(base + path, { throwIfNoEntry: false });
    if (now === undefined || `${now.size}` !== size || `${now.mtimeMs}` !== changed) return false;
  }
  return true;
}

function inputsOf(folder, command) {
  try {
    return readFileSync(new URL(`inputs/${command}.txt`, folder), "utf8");
  } catch {
    return null;
  }
}
