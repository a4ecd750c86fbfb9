/** `attractor signature --node N`: reasons in, signatures out, as a run would give them in that order. */
import { parseArgs } from "node:util";
import { FAILURE_CLASSES, type FailureClass } from "../engine/failure/classes.ts";
import { assign, emptyRegistry } from "../engine/failure/signature.ts";
import { EXIT } from "./exit-codes.ts";
import type { Terminal } from "./io.ts";

const USAGE = `usage: attractor signature --node N [--class C]

Reads failure reasons from standard input, one a line (\\n in it is a line break, \\\\ a backslash), and prints the signature of each, one a line: reasons with one
signature count as one failure of node N. The class is one of ${FAILURE_CLASSES.join(", ")};
deterministic when it is not given.
`;

export async function runSignature(args: readonly string[], terminal: Terminal): Promise<number> {
  const asked = readArgs(args);
  if ("problem" in asked) {
    terminal.err(`attractor signature: ${asked.problem}\n${USAGE}`);
    return EXIT.invalid;
  }
  if ("help" in asked) {
    terminal.out(USAGE);
    return EXIT.success;
  }
  let registry = emptyRegistry();
  for (const reason of linesOf(await terminal.stdin())) {
    const assigned = assign(registry, { node: asked.node, class: asked.class, reason });
    registry = assigned.registry;
    terminal.out(`${assigned.signature}\n`);
  }
  return EXIT.success;
}

const linesOf = (text: string): string[] =>
  text === ""
    ? []
    : text
        .replace(/\r?\n$/, "")
        .split(/\r?\n/)
        .map((line) => line.replace(/\\([n\\])/g, (_, c) => (c === "n" ? "\n" : "\\")));

type Asked =
  | { readonly node: string; readonly class: FailureClass }
  | { readonly help: true }
  | { readonly problem: string };

function readArgs(args: readonly string[]): Asked {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        node: { type: "string", default: "" },
        class: { type: "string", default: "deterministic" },
        help: { type: "boolean", short: "h", default: false },
      },
    });
    if (values.help) return { help: true };
    if (values.node === "") return { problem: "name the node with --node: signatures are kept per node" };
    const found = FAILURE_CLASSES.find((name) => name === values.class);
    if (found === undefined) return { problem: `${JSON.stringify(values.class)} is no failure class` };
    return { node: values.node, class: found };
  } catch (error) {
    return { problem: (error as Error).message };
  }
}
