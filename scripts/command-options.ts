/** How the command is bundled: as parts, as one file for the commands that are run most, as a snapshot. */
import { readFileSync } from "node:fs";
import { basename, join } from "node:path";
import type { BuildOptions, Plugin } from "esbuild";
import { bundleOptions } from "./bundle-options.ts";
import { LIST } from "./command-inputs.ts";

export const root = join(import.meta.dirname, "..");
export const folder = join(root, "build/command");

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

/**
 * A file of its own for each of these, with all that its commands can reach: to find, link and compile ninety parts takes
 * longer than what a short run does. What is written here alone of the other commands is that they are not there.
 */
export const ALONE = { validate: ["validate"], run: ["run", "resume"] };

/**
 * Imported as a module, Node would read every name of each of its own, and load what stands behind: threads, for one. So they
 * are asked for by a call, and of each only the names that somebody uses.
 */
const ownByCall: Plugin = {
  name: "nodes-own-by-call",
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^node:/ }, ({ path, kind }) => ({
      path,
      namespace: kind === "require-call" ? "own-whole" : "own",
      sideEffects: false,
    }));
    onLoad({ filter: /.*/, namespace: "own" }, ({ path }) => ({ contents: namesOf(path) }));
    onLoad({ filter: /.*/, namespace: "own-whole" }, ({ path }) => ({
      contents: `module.exports = ${byCall(path)};`,
    }));
  },
};

const byCall = (path: string): string => `process.getBuiltinModule(${JSON.stringify(path)})`;

function namesOf(path: string): string {
  const names = Object.keys(process.getBuiltinModule(path) ?? {}).filter((name) =>
    /^[A-Za-z]\w*$/.test(name),
  );
  return [
    `const own = ${byCall(path)}; export default own;`,
    ...names.map(
      (name) => `const _${name} = /* @__PURE__ */ (() => own.${name})(); export { _${name} as ${name} };`,
    ),
  ].join("\n");
}

export const common = {
  ...bundleOptions,
  absWorkingDir: root,
  outdir: folder,
  external: LEFT_OUT,
  banner: { js: `${bundleOptions.banner.js} ${AT_ITS_SOURCE}` },
  plugins: [
    ...bundleOptions.plugins,
    ownByCall,
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

/** All other commands are left out. */
export const without = (commands: readonly string[]): Plugin => ({
  name: "without-other-commands",
  setup({ onResolve }) {
    onResolve({ filter: /^\.\/.*\.ts$/ }, ({ path, importer, kind }) =>
      importer === join(root, LIST) && kind === "dynamic-import" && !commands.includes(basename(path, ".ts"))
        ? { path, external: true }
        : null,
    );
  },
});

/** V8 keeps a text in two bytes a character where one character needs them. The bundler leaves those of expressions as they are. */
export const inAscii = (text: string): string =>
  text.replace(/[^\0-\x7f]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`);
