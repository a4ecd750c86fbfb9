/** `attractor validate GRAPH…`: parser and lint, for people or as JSON. */

import { dirname } from "node:path";
import { asJson } from "../engine/as-json.ts";
import type { Diagnostic } from "../engine/graph/model.ts";
import { check as checkGraph } from "../engine/graph/prepare.ts";
import { promptReader } from "../engine/local/prompt-files.ts";
import { readInput } from "../engine/local/read-input.ts";
import { byFile } from "./by-file.ts";
import { command } from "./command.ts";
import { diagnosticsText, type FileDiagnostics } from "./diagnostics-text.ts";
import { EXIT } from "./exit-codes.ts";
import type { Terminal } from "./io.ts";
import { UsageError } from "./options.ts";
import { leaveBestCompilerOut } from "./quick-code.ts";
import { graphPathOf } from "./shipped.ts";

const USAGE = `usage: attractor validate [--json] GRAPH…

Checks each graph and prints what is wrong, where, and how to fix it. - reads standard input.
Exit code: 0 when every graph may run (warnings allowed), 2 when one has an error or cannot be read.
`;

export const runValidate = command({
  name: "validate",
  usage: USAGE,
  options: {
    json: { type: "boolean", default: false },
    graph: { type: "string", multiple: true, default: [] as string[] },
  },
  async run({ values, positionals }, terminal) {
    const paths = [...values.graph, ...positionals];
    if (paths.length === 0) throw new UsageError("name at least one graph");
    if (paths.filter((path) => path === "-").length > 1)
      throw new UsageError("standard input can be read only once");
    const files: FileDiagnostics[] = [];
    for (const path of paths) files.push(...(await check(graphPathOf(path), terminal)));
    terminal.out(values.json ? diagnosticsJson(files) : diagnosticsText(files, terminal.color));
    const invalid = files.some(({ diagnostics }) => diagnostics.some(({ severity }) => severity === "error"));
    return invalid ? EXIT.invalid : EXIT.success;
  },
});

/** Of a text; the command is short for smaller ones as it is. */
const LARGE = 200_000;

/** The graph's own findings, then those of each sub-graph in the file that wrote them. */
async function check(path: string, terminal: Terminal): Promise<FileDiagnostics[]> {
  const file = path === "-" ? "<stdin>" : path;
  let source: string;
  try {
    source = path === "-" ? await terminal.stdin() : readInput(path);
  } catch (error) {
    return [{ file, source: "", diagnostics: [unreadable(path, error as Error)] }];
  }
  if (source.length > LARGE) await leaveBestCompilerOut();
  const readPrompt = promptReader(path === "-" ? "." : dirname(path));
  return byFile(file, source, checkGraph(source, { readPrompt }));
}

const REASONS = new Map([
  ["ENOENT", "there is no such file"],
  ["EISDIR", "it is a folder"],
  ["EACCES", "permission denied"],
]);

const unreadable = (path: string, error: NodeJS.ErrnoException): Diagnostic => ({
  rule: "file_readable",
  severity: "error",
  message: `${path} cannot be read: ${REASONS.get(error.code ?? "") ?? error.message}`,
  at: { line: 1, column: 1, offset: 0 },
  fix: "name a graph that exists and may be read, or - for standard input",
});

/** The published shape: additions only. */
function diagnosticsJson(files: readonly FileDiagnostics[]): string {
  const diagnostics = files.flatMap(({ file, diagnostics: found }) =>
    found.map(({ rule, severity, message, at, node_id, edge, fix }) => ({
      rule,
      severity,
      message,
      file,
      line: at.line,
      column: at.column,
      ...(node_id === undefined ? {} : { node_id }),
      ...(edge === undefined ? {} : { edge }),
      ...(fix === undefined ? {} : { fix }),
    })),
  );
  return asJson({ diagnostics });
}
