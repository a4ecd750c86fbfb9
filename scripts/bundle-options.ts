/** How the action is bundled; the benchmark of its start is made the same way. */
import { dirname, join, relative } from "node:path";
import type { BuildOptions, Plugin } from "esbuild";

/** zod brings its messages in forty languages; ours speaks English. */
const englishOnly: Plugin = {
  name: "english-only",
  setup({ onResolve, onLoad }) {
    // Named from this repository: an absolute path would change the names of the parts with the folder of the clone.
    const root = join(import.meta.dirname, "..");
    onResolve({ filter: /locales\/index\.js$/ }, ({ path, resolveDir }) =>
      resolveDir.includes("/zod/")
        ? { path: relative(root, join(resolveDir, path)), namespace: "english" }
        : null,
    );
    onLoad({ filter: /.*/, namespace: "english" }, ({ path }) => ({
      contents: `export { default as en } from "./en.js";`,
      resolveDir: dirname(join(root, path)),
    }));
  },
};

export const bundleOptions = {
  outExtension: { ".js": ".mjs" },
  bundle: true,
  // Each part of a hop loads what it needs.
  splitting: true,
  chunkNames: "part-[hash]",
  platform: "node",
  target: "node24",
  format: "esm",
  minify: true,
  legalComments: "none",
  plugins: [englishOnly],
  alias: { undici: join(import.meta.dirname, "bundled-undici.ts") },
  // Some dependencies are CommonJS and ask for Node's own modules by `require`.
  banner: {
    js: 'import { createRequire as __createRequire } from "node:module"; const require = __createRequire(import.meta.url);',
  },
  logLevel: "warning",
} satisfies BuildOptions;
