/** Makes the action's bundle and the program in which an agent's tools work; `--check` says whether the committed one is what the sources make. */
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { build } from "esbuild";
import { actionOptions, toolHostOptions } from "./bundle-options.ts";
import { bundledLicenses } from "./bundled-licenses.ts";
import { partNames, renamed } from "./part-names.ts";

const FOLDER = "dist";
const ENTRIES = ["action/main.ts"];
const checking = process.argv.includes("--check");

const { outputFiles, metafile } = await build({
  ...actionOptions,
  entryPoints: ENTRIES,
  outdir: FOLDER,
  write: false,
  metafile: true,
});

const names = partNames(metafile, ENTRIES);
const code = outputFiles.map(({ path, text }) => {
  const name = basename(path);
  return [names.get(name) ?? name, renamed(text, names)] as const;
});
const host = await build({ ...toolHostOptions, outdir: FOLDER, write: false });
for (const { path, text } of host.outputFiles) code.push([basename(path), text]);
const size = code.reduce((sum, [, text]) => sum + Buffer.byteLength(text), 0);
const made = new Map([...code, ["licenses.txt", bundledLicenses(metafile)]]);

if (checking) {
  const kept = readdirSync(FOLDER);
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
