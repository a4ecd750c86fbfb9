/** The product as it is released but for one line of its sources. */
import { readFile } from "node:fs/promises";
import { join, relative, resolve } from "node:path";
import { build, type Plugin } from "esbuild";
import { actionOptions } from "../../scripts/bundle-options.ts";

const ROOT = resolve(import.meta.dirname, "../..");

export async function bundleWith(file: RegExp, from: string, to: string): Promise<Record<string, string>> {
  const edited: Plugin = {
    name: "edited",
    setup({ onLoad }) {
      onLoad({ filter: file, namespace: "file" }, async ({ path }) => {
        const text = await readFile(path, "utf8");
        if (!text.includes(from)) throw new Error(`${path} does not say ${from}`);
        return { contents: text.replace(from, to), loader: "ts" };
      });
    },
  };
  const { outputFiles } = await build({
    ...actionOptions,
    plugins: [edited, ...actionOptions.plugins],
    entryPoints: [join(ROOT, "action/main.ts")],
    outdir: join(ROOT, "dist"),
    write: false,
  });
  return Object.fromEntries(outputFiles.map(({ path, text }) => [relative(ROOT, path), text]));
}
