// An older Node hands over to the one that `npm ci` brought, and passes on how that ends.
import { spawn } from "node:child_process";
import { createRequire } from "node:module";
import { constants } from "node:os";
import { fileURLToPath } from "node:url";

const PASSED_ON = ["SIGTERM", "SIGHUP"];

export async function startAgain(root, args) {
  const launcher = fileURLToPath(new URL("cli/attractor.mjs", root));
  let node;
  try {
    node = createRequire(launcher).resolve("node/bin/node");
  } catch {
    console.error(
      `attractor needs Node 24; this is ${process.version}. Run "npm ci" here first: it brings the right one.`,
    );
    process.exit(2);
  }
  const child = spawn(node, [launcher, ...args], { stdio: "inherit" });
  for (const signal of PASSED_ON) process.on(signal, () => child.kill(signal));
  // A terminal gives Ctrl-C to both.
  process.on("SIGINT", () => process.stdin.isTTY || child.kill("SIGINT"));
  child.once("error", (error) => {
    console.error(`attractor cannot start ${node}: ${error.message}`);
    process.exit(2);
  });
  child.once("exit", (code, signal) => process.exit(code ?? 128 + (constants.signals[signal] ?? 0)));
}
