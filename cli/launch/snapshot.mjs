// What stands in a snapshot of V8's heap (scripts/command-snapshot.ts), and what a process does that begins with one.
import { COMMANDS } from "../commands.ts";
import { dispatch } from "../dispatch.ts";
import { start } from "../start.ts";
import { isCurrent } from "./built.mjs";
import { optimizeLater } from "./optimize.mjs";

const { realpathSync } = process.getBuiltinModule("node:fs");

export const load = (names) =>
  Promise.all(COMMANDS.filter(({ name }) => names.includes(name)).map((command) => command.load()));

/** Says nothing, and does not touch what is this process's own. */
export const run = (args) => {
  const said = [];
  const terminal = { out: () => {}, err: (text) => said.push(text), stdin: async () => "", color: false };
  return dispatch(args, terminal).then((code) => ({ code, said: said.join("") }));
};

/** `launcher` and `base` are those of the checkout that the snapshot was made in, which may have been moved or copied since. */
export async function main({ launcher, base, inputs }) {
  const [node, asked, ...args] = process.argv;
  const known = inputs[args[0]];
  if (known === undefined || realpathSync(asked) !== launcher || !isCurrent(base, known))
    return process.execve(node, [node, asked, ...args]);
  if (process.execArgv.includes("--no-opt")) optimizeLater();
  process.once("beforeExit", unsettled);
  await start();
  process.off("beforeExit", unsettled);
}

/** As Node ends a module that waits for what can no longer come. */
const unsettled = () => process.exit(13);
