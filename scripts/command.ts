/**
 * Makes `build/command`, which the launcher runs in place of the sources while it is current (docs/decisions/170).
 * `npm ci` calls it; after a change call it by hand, or let the launcher run the sources.
 */
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { build } from "esbuild";
import { toolHostOptions } from "./bundle-options.ts";
import { commandInputs } from "./command-inputs.ts";
import { ALONE, common, folder, root, without } from "./command-options.ts";
import { makeSnapshot } from "./command-snapshot.ts";

/** A command that runs may still load parts of the build before this one. */
const KEPT_MS = 24 * 60 * 60 * 1000;

const WARMED = [
  ["run", "g.dot", "--json"],
  ["validate", "g.dot"],
];
const FIRST_RUN =
  'digraph g { graph [goal="g"]; s [shape=Mdiamond]; e [shape=Msquare]; a [shape=parallelogram, tool_command="true"]; s -> a -> e }';

const { outputFiles, metafile } = await build({ ...common, entryPoints: ["cli/main.ts"] });
const alone = await Promise.all(
  Object.entries(ALONE).map(([name, commands]) =>
    build({
      ...common,
      entryPoints: { [name]: "cli/main.ts" },
      splitting: false,
      plugins: [without(commands), ...common.plugins],
    }),
  ),
);
const host = await build({ ...toolHostOptions, absWorkingDir: root, outdir: folder, write: false });

rmSync(join(folder, "inputs"), { recursive: true, force: true });
mkdirSync(folder, { recursive: true });
const made = new Set(["cache", ...Object.keys(ALONE).map((name) => `${name}.blob`)]);
for (const { path, contents } of [
  outputFiles,
  host.outputFiles,
  ...alone.map((one) => one.outputFiles),
].flat()) {
  made.add(basename(path));
  const temp = `${path}.${process.pid}.tmp`;
  writeFileSync(temp, contents);
  renameSync(temp, path);
}
for (const name of readdirSync(folder)) {
  const path = join(folder, name);
  if (!made.has(name) && Date.now() - statSync(path).mtimeMs > KEPT_MS) rmSync(path, { force: true });
}
warm();
const lines = commandInputs(root, metafile);
for (const [name, commands] of Object.entries(ALONE)) {
  const problem = await makeSnapshot({
    name,
    commands,
    graph: FIRST_RUN,
    tried: WARMED.filter(([command = ""]) => commands.includes(command)),
    inputs: Object.fromEntries(commands.map((command) => [command, lines.get(command) ?? ""])),
  });
  if (problem !== null) console.error(`${name} starts without a snapshot: ${problem}`);
}
// Last: until then the launcher runs the sources.
const inputs = join(folder, `inputs.${process.pid}.tmp`);
mkdirSync(inputs);
for (const [command, text] of lines) writeFileSync(join(inputs, `${command}.txt`), text);
rmSync(join(folder, "inputs"), { recursive: true, force: true });
renameSync(inputs, join(folder, "inputs"));
const bytes = outputFiles.reduce((sum, { contents }) => sum + contents.length, 0);
console.log(`build/command made (${Math.round(bytes / 1024)} KiB)`);

/** Node keeps what it compiled of each part at its first load: that should be what a run needs. */
function warm(): void {
  rmSync(join(folder, "cache"), { recursive: true, force: true });
  const work = mkdtempSync(join(tmpdir(), "attractor-warm-"));
  const env = { ...process.env, NODE_COMPILE_CACHE: join(folder, "cache") };
  const quiet = { cwd: work, env, stdio: "ignore" } as const;
  try {
    writeFileSync(join(work, "g.dot"), FIRST_RUN);
    for (const file of ["main", ...Object.keys(ALONE)])
      for (const args of WARMED.filter(([name]) => file === "main" || file === name))
        execFileSync(process.execPath, [join(folder, `${file}.mjs`), ...args], quiet);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}
