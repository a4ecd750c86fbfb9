/** Makes the action's bundle; `--check` says whether the committed one is what the sources make. */
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { build } from "esbuild";
import { bundleOptions } from "./bundle-options.ts";

const FOLDER = "dist";
const checking = process.argv.includes("--check");

const { outputFiles } = await build({
  ...bundleOptions,
  entryPoints: ["action/main.ts"],
  outdir: FOLDER,
  write: false,
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
