#!/usr/bin/env node
// The sources are TypeScript that Node runs as it is; an older Node hands over to the pinned one.
import { spawnSync } from "node:child_process";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";

const main = new URL("./main.ts", import.meta.url);
if (Number(process.versions.node.split(".")[0]) >= 24) {
  await import(main.href);
} else {
  const require = createRequire(import.meta.url);
  let node;
  try {
    node = require.resolve("node/bin/node");
  } catch {
    console.error(
      `attractor needs Node 24; this is ${process.version}. Run "npm ci" here first: it brings the right one.`,
    );
    process.exit(2);
  }
  const run = spawnSync(node, [fileURLToPath(import.meta.url), ...process.argv.slice(2)], {
    stdio: "inherit",
  });
  process.exit(run.status ?? 1);
}
