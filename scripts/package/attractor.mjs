#!/usr/bin/env node
// What runs needs Node 24; an older one hands over to the one that npm brought.
import { spawnSync } from "node:child_process";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";

if (Number(process.versions.node.split(".")[0]) >= 24) await import("../lib/command.mjs");
else {
  let node = null;
  try {
    node = createRequire(import.meta.url).resolve("node/bin/node");
  } catch {
    console.error(
      `attractor needs Node 24 or newer; this is ${process.version}, and npm did not bring the package "node"`,
    );
    process.exit(2);
  }
  const again = [fileURLToPath(import.meta.url), ...process.argv.slice(2)];
  process.exit(spawnSync(node, again, { stdio: "inherit" }).status ?? 1);
}
