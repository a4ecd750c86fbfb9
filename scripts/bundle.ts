/** Makes the action's bundle; `--check` says whether the committed one is what the sources make. */
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { build, type Plugin } from "esbuild";

const FOLDER = "dist";
const checking = process.argv.includes("--check");

/** zod brings its messages in forty languages; ours speaks English. */
const englishOnly: Plugin = {
  name: "english-only",
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /locales\/index\.js$/ }, ({ path, resolveDir }) =>
      resolveDir.includes("/zod/") ? { path: join(resolveDir, path), namespace: "english" } : null,
    );
    onLoad({ filter: /.*/, namespace: "english" }, ({ path }) => ({
      contents: `export { default as en } from "./en.js";`,
      resolveDir: join(path, ".."),
    }));
  },
};

const { outputFiles } = await build({
  entryPoints: ["action/main.ts"],
  outdir: FOLDER,
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
  write: false,
  plugins: [englishOnly],
  // Some dependencies are CommonJS and ask for Node's own modules by `require`.
  banner: {
    js: 'import { createRequire as __createRequire } from "node:module"; const require = __createRequire(import.meta.url);',
  },
  logLevel: "warning",
});

const made = new Map(outputFiles.map((file) => [relative(FOLDER, file.path), file.text]));
const size = [...made.values()].reduce((sum, text) => sum + Buffer.byteLength(text), 0);

if (checking) {
  const kept = readdirSync(FOLDER).filter((name) => name.endsWith(".mjs"));
  const stale = kept.filter((name) => !made.has(name));
  const changed = [...made].filter(
    ([name, text]) => !kept.includes(name) || readFileSync(join(FOLDER, name), "utf8") !== text,
  );
  if (stale.length + changed.length > 0) {
    console.error(`${FOLDER} is not what the sources make: run "npm run dist" and commit it`);
    process.exit(1);
  }
  console.log(`${FOLDER} is current (${Math.round(size / 1024)} KiB)`);
} else {
  rmSync(FOLDER, { recursive: true, force: true });
  mkdirSync(FOLDER);
  for (const [name, text] of made) writeFileSync(join(FOLDER, name), text);
  console.log(`${FOLDER} made (${Math.round(size / 1024)} KiB)`);
}
