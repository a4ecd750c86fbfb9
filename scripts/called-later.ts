/**
 * Modules that most jobs never call: in their place stand functions that load the module when one of them is first
 * called. They are called where nothing can wait, so what is loaded then is CommonJS, which `require` takes at once.
 */
import { join } from "node:path";
import { type BuildOptions, build, type Metafile, type Plugin } from "esbuild";

const root = join(import.meta.dirname, "..");
const NAME = "called-later";

/** The functions of each that others call. */
const LATER: Readonly<Record<string, readonly string[]>> = {
  "engine/failure/when-failed.ts": ["classify", "find", "spell"],
  "engine/graph/ask-dotparser.ts": ["askDotparser"],
};

const standIns = (file: string, functions: readonly string[]): string =>
  [
    `let loaded; const part = () => (loaded ??= require("${NAME}:${file}"));`,
    ...functions.map((name) => `export const ${name} = (...args) => part().${name}(...args);`),
  ].join("\n");

/** `options`: how the rest is bundled. */
export const calledLater = (options: BuildOptions): Plugin => ({
  name: NAME,
  setup({ onResolve, onLoad, onEnd }) {
    const made = new Map<string, Metafile["outputs"][string]>();
    for (const [file, functions] of Object.entries(LATER)) {
      const filter = new RegExp(`/${file.replaceAll(".", "\\.")}$`);
      onLoad({ filter, namespace: "file" }, () => ({ contents: standIns(file, functions) }));
    }
    onResolve({ filter: new RegExp(`^${NAME}:`) }, ({ path }) => ({
      path: path.replace(`${NAME}:`, "").replace(/\.ts$/, ".cjs"),
      namespace: NAME,
    }));
    onLoad({ filter: /.*/, namespace: NAME }, async ({ path }) => {
      const part = await build({
        ...options,
        entryPoints: [join(root, path.replace(/\.cjs$/, ".ts"))],
        ...{ absWorkingDir: root, outdir: "dist", write: false, metafile: true },
        ...{ format: "cjs", splitting: false, outExtension: { ".js": ".cjs" }, banner: {} },
      });
      made.set(path, Object.values(part.metafile.outputs)[0]!);
      return { contents: part.outputFiles[0]!.contents, loader: "copy" };
    });
    // What stands in a part is what was put together there, not one file that was copied.
    onEnd(({ metafile }) => {
      for (const output of Object.values(metafile?.outputs ?? {})) {
        const [, path] = Object.keys(output.inputs)[0]?.split(`${NAME}:`) ?? [];
        const part = path && made.get(path);
        if (part) Object.assign(output, { inputs: part.inputs, entryPoint: part.entryPoint });
      }
    });
  },
});
