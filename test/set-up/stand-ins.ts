/** Before tests of the box: its stand-ins for GitHub's actions as one file each, which start in a third of the processor time. */
import { globSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { build } from "esbuild";
import { bundleOptions } from "../../scripts/bundle-options.ts";

const SOURCES = resolve(import.meta.dirname, "../../box/executor/actions");

export async function setup(): Promise<void> {
  if (process.env.ATTRACTOR_STAND_INS !== undefined) return;
  const folder = join(tmpdir(), "stand-ins");
  process.env.ATTRACTOR_STAND_INS = folder;
  const programs = globSync("*/{main,post}.ts", { cwd: SOURCES });
  await build({
    ...{ ...bundleOptions, alias: {}, splitting: false },
    entryPoints: programs.map((file) => join(SOURCES, file)),
    outbase: SOURCES,
    outdir: folder,
  });
  for (const file of globSync("*/action.yml", { cwd: SOURCES })) {
    const text = readFileSync(join(SOURCES, file), "utf8");
    mkdirSync(join(folder, dirname(file)), { recursive: true });
    writeFileSync(join(folder, file), text.replace(/^( {2}(?:main|post): \w+)\.ts$/gm, "$1.mjs"));
  }
}
