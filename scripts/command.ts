/**
 * Makes `build/command`, which the launcher runs in place of the sources while it is current (docs/decisions/170).
 * `npm ci` calls it; after a change call it by hand, or let the launcher run the sources.
 */
import { execFileSync } from "node:child_process";
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { type BuildOptions, build, type Plugin } from "esbuild";
import { bundleOptions, toolHostOptions } from "./bundle-options.ts";
import { commandInputs, LIST } from "./command-inputs.ts";

const root = join(import.meta.dirname, "..");
const folder = join(root, "build/command");
/** A command that runs may still load parts of the build before this one. */
const KEPT_MS = 24 * 60 * 60 * 1000;

/** Loaded seldom and large, or looked up by path: these stay where npm put them. */
const LEFT_OUT =
  "probot octokit @octokit/* @actions/* @hpcc-js/* mermaid marked ajv ajv-formats fflate yauzl undici".split(
    " ",
  );

/** Beside the bundle, as in the action: it looks for the tool host there. */
const BESIDE = "engine/agents/api/tools/host-file.ts";

/** What `import.meta` says in the sources. */
const AT_ITS_SOURCE = `const __source = (name) => new URL("../../" + name, import.meta.url);
const __folder = (name) => process.getBuiltinModule("node:url").fileURLToPath(__source(name)).replace(/[\\/\\\\][^\\/\\\\]*$/, "");`;

const WARMED = [
  ["run", "g.dot", "--json"],
  ["validate", "g.dot"],
];
const FIRST_RUN =
  'digraph g { graph [goal="g"]; s [shape=Mdiamond]; e [shape=Msquare]; a [shape=parallelogram, tool_command="true"]; s -> a -> e }';

/**
 * A file of its own for each of these, with all that its commands can reach: to find, link and compile ninety parts takes
 * longer than what a short run does. What is written here alone of the other commands is that they are not there.
 */
const ALONE = { validate: ["validate"], run: ["run", "resume"] };

const common = {
  ...bundleOptions,
  absWorkingDir: root,
  outdir: folder,
  external: LEFT_OUT,
  banner: { js: `${bundleOptions.banner.js} ${AT_ITS_SOURCE}` },
  plugins: [
    ...bundleOptions.plugins,
    {
      // As a module of its own Node would read every name of each, and load what stands behind: threads, for one.
      name: "nodes-own-by-call",
      setup({ onResolve, onLoad }) {
        onResolve({ filter: /^node:/ }, ({ path }) => ({ path, namespace: "own" }));
        onLoad({ filter: /.*/, namespace: "own" }, ({ path }) => ({
          contents: `module.exports = process.getBuiltinModule(${JSON.stringify(path)});`,
        }));
      },
    },
    {
      // What a source file looks for beside itself is not beside the bundle.
      name: "at-its-source",
      setup({ onLoad }) {
        onLoad({ filter: /\.ts$/ }, ({ path }) => {
          const name = path.slice(root.length + 1);
          const text = readFileSync(path, "utf8");
          if (path.includes("/node_modules/") || name === BESIDE || !text.includes("import.meta."))
            return null;
          const contents = text
            .replaceAll("import.meta.url", `__source(${JSON.stringify(name)}).href`)
            .replaceAll("import.meta.dirname", `__folder(${JSON.stringify(name)})`);
          if (contents.includes("import.meta."))
            throw new Error(`${name}: only url and dirname can be bundled`);
          return { contents, loader: "ts" };
        });
      },
    },
  ],
  write: false,
  metafile: true,
} satisfies BuildOptions;

const without = (commands: readonly string[]): Plugin => ({
  name: "without-other-commands",
  setup({ onResolve }) {
    onResolve({ filter: /^\.\/.*\.ts$/ }, ({ path, importer, kind }) =>
      importer === join(root, LIST) && kind === "dynamic-import" && !commands.includes(basename(path, ".ts"))
        ? { path, external: true }
        : null,
    );
  },
});

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
const made = new Set(["cache"]);
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
// Last: until then the launcher runs the sources.
const inputs = join(folder, `inputs.${process.pid}.tmp`);
mkdirSync(inputs);
for (const [command, text] of commandInputs(root, metafile))
  writeFileSync(join(inputs, `${command}.txt`), text);
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
