/**
 * Makes `build/command/NAME.blob`, from which the launcher starts the commands that are run most: a heap of V8 in which their
 * modules have run already (docs/decisions/175). It belongs to one Node, the one that `npm ci` brings.
 */
import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, realpathSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { build } from "esbuild";
import { common, folder, inAscii, root, without } from "./command-options.ts";

const NODE = join(root, "node_modules/node/bin/node");
const LONGEST_MS = 60_000;

/** What stands for a module's own address in a script, which has none. */
const BANNER = `const __at = ${JSON.stringify(root)};
const require = (id) => process.getBuiltinModule("node:module").createRequire(__at + "/package.json")(id);
const __folder = (name) => (__at + "/" + name).replace(/[\\/][^\\/]*$/, "");
const __source = (name) => process.getBuiltinModule("node:url").pathToFileURL(__at + "/" + name);`;

export interface Snapshot {
  readonly name: string;
  readonly commands: readonly string[];
  /** Run before, beside a `g.dot`, so that V8 has compiled what they call. */
  readonly tried: readonly (readonly string[])[];
  readonly graph: string;
  /** Command to what `cli/launch/built.mjs` compares. */
  readonly inputs: Readonly<Record<string, string>>;
}

/** Null when it was made, else why there is none: the launcher then starts the files. */
export async function makeSnapshot({
  name,
  commands,
  graph,
  tried,
  inputs,
}: Snapshot): Promise<string | null> {
  const blob = join(folder, `${name}.blob`);
  const none = (why: string): string => {
    rmSync(blob, { force: true });
    return why;
  };
  if (!existsSync(NODE)) return none("npm brought no Node of its own");
  const { outputFiles } = await build({
    ...common,
    format: "cjs",
    splitting: false,
    entryPoints: { [`${name}-snapshot`]: "cli/launch/snapshot.mjs" },
    outExtension: { ".js": ".cjs" },
    banner: { js: BANNER },
    define: { "import.meta.dirname": JSON.stringify(folder) },
    // A script in a snapshot has no `import()`.
    supported: { "dynamic-import": false },
    plugins: [without(commands), ...common.plugins],
  });
  const made = `${blob}.${process.pid}.tmp`;
  const work = mkdtempSync(join(tmpdir(), "attractor-snapshot-"));
  const at = (file: string) => join(work, file);
  try {
    writeFileSync(at("g.dot"), graph);
    for (const { text } of outputFiles) writeFileSync(at("bundle.cjs"), inAscii(text));
    const launcher = realpathSync(join(root, "cli/attractor.mjs"));
    const given = { launcher, base: `${root}/`, inputs };
    writeFileSync(at("what.json"), JSON.stringify({ bundle: at("bundle.cjs"), commands, tried, given }));
    const maker = join(root, "scripts/snapshot-maker.cjs");
    execFileSync(NODE, ["--snapshot-blob", made, "--build-snapshot", maker, at("what.json")], {
      cwd: work,
      // Nothing of this user's is to be kept.
      env: { PATH: process.env.PATH ?? "", HOME: work },
      stdio: ["ignore", "ignore", "pipe"],
      timeout: LONGEST_MS,
    });
    // In place of the one before, which somebody may be about to start: it knows whether it is current.
    renameSync(made, blob);
    return null;
  } catch (error) {
    return none((error as { stderr?: Buffer }).stderr?.toString() || (error as Error).message);
  } finally {
    rmSync(made, { force: true });
    rmSync(work, { recursive: true, force: true });
  }
}
