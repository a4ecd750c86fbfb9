// What `npm ci` ends with: `npx attractor` works inside this checkout, and starts quickly.
import { spawnSync } from "node:child_process";
import { existsSync, rmSync, symlinkSync } from "node:fs";
import { fileURLToPath } from "node:url";

const root = new URL("../", import.meta.url);
const at = (path) => fileURLToPath(new URL(path, root));

// npm links no bin of the root package itself.
if (existsSync(at("node_modules/.bin"))) {
  rmSync(at("node_modules/.bin/attractor"), { force: true });
  symlinkSync("../../bin/attractor", at("node_modules/.bin/attractor"));
}

// Without it the command runs from its sources, as it does when development dependencies are left out.
const mine =
  Number(process.versions.node.split(".")[0]) >= 24 ? process.execPath : at("node_modules/.bin/node");
if (existsSync(at("node_modules/esbuild")) && existsSync(mine)) {
  const { status } = spawnSync(mine, [at("scripts/command.ts")], { stdio: "inherit" });
  if (status !== 0) console.error("build/command was not made; the command runs from its sources");
}
