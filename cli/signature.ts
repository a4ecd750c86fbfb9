/** `attractor signature --node N`: reasons in, signatures out, as a run would give them in that order. */
import { asJson } from "../engine/as-json.ts";
import { FAILURE_CLASSES } from "../engine/failure/classes.ts";
import { assign, emptyRegistry } from "../engine/failure/signature.ts";
import { command, noWords } from "./command.ts";
import { EXIT } from "./exit-codes.ts";
import { UsageError } from "./options.ts";

const USAGE = `usage: attractor signature --node N [--class C] [--json]

Reads failure reasons from standard input, one a line (\\n in it is a line break, \\\\ a backslash), and prints the signature
of each, one a line: reasons with one signature count as one failure of node N. The class is one of ${FAILURE_CLASSES.join(", ")};
deterministic when it is not given. --json prints each reason with its signature.
`;

export const runSignature = command({
  name: "signature",
  usage: USAGE,
  options: {
    node: { type: "string" },
    class: { type: "string", default: "deterministic" },
    json: { type: "boolean", default: false },
  },
  async run({ values, positionals }, terminal) {
    noWords(positionals, "write reasons to standard input");
    const { node } = values;
    if (!node) throw new UsageError("name the node with --node: signatures are kept per node");
    const found = FAILURE_CLASSES.find((name) => name === values.class);
    if (found === undefined) throw new UsageError(`${JSON.stringify(values.class)} is no failure class`);
    let registry = emptyRegistry();
    const signatures: { reason: string; signature: string }[] = [];
    for (const reason of linesOf(await terminal.stdin())) {
      const assigned = assign(registry, { node, class: found, reason });
      registry = assigned.registry;
      if (values.json) signatures.push({ reason, signature: assigned.signature });
      else terminal.out(`${assigned.signature}\n`);
    }
    if (values.json) terminal.out(asJson({ signatures }));
    return EXIT.success;
  },
});

const linesOf = (text: string): string[] =>
  text === ""
    ? []
    : text
        .replace(/\r?\n$/, "")
        .split(/\r?\n/)
        .map((line) => line.replace(/\\([n\\])/g, (_, c) => (c === "n" ? "\n" : "\\")));
