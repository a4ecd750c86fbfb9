#!/usr/bin/env node
// Starts the command: as built where what was built is current, else from the sources, which Node runs as they are.

// As a module Node would load its streams with it, which takes longer than all that is done here.
const { readFileSync } = process.getBuiltinModule?.("node:fs") ?? (await import("node:fs"));
const root = new URL("../", import.meta.url);
const args = process.argv.slice(2);
const fromSources = args[0] === "--from-sources";
if (fromSources) process.argv.splice(2, 1);

if (["--version", "-V", "version"].includes(args[0])) {
  console.log(`attractor ${JSON.parse(readFileSync(new URL("package.json", root), "utf8")).version}`);
} else if (Number(process.versions.node.split(".")[0]) < 24) {
  await (await import("./launch/pinned-node.mjs")).startAgain(root, args);
} else {
  const built = fromSources ? null : (await import("./launch/built.mjs")).currentBuild(root, args[0]);
  await import(built ?? new URL("main.ts", import.meta.url).href);
}
