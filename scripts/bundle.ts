/** Makes the action's bundle; `--check` says whether the committed one is what the sources make. */
import { existsSync, readFileSync } from "node:fs";
import { build } from "esbuild";

const OUT = "dist/job.mjs";

const { outputFiles } = await build({
  entryPoints: ["action/main.ts"],
  outfile: OUT,
  bundle: true,
  platform: "node",
  target: "node24",
  format: "esm",
  minify: true,
  legalComments: "none",
  write: !process.argv.includes("--check"),
  // Some dependencies are CommonJS and ask for Node's own modules by `require`.
  banner: { js: 'import { createRequire as __createRequire } from "node:module"; const require = __createRequire(import.meta.url);' },
  logLevel: "warning",
});

if (process.argv.includes("--check")) {
  const made = outputFiles?.[0]?.text ?? "";
  const kept = existsSync(OUT) ? readFileSync(OUT, "utf8") : "";
  if (made !== kept) {
    console.error(`${OUT} is not what the sources make: run "npm run dist" and commit it`);
    process.exit(1);
  }
  console.log(`${OUT} is current (${Math.round(made.length / 1024)} KiB)`);
}
