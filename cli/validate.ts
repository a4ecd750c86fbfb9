/** `attractor validate GRAPH…`: parser and lint, for people or as JSON. */
import { dirname } from "node:path";
import type { Diagnostic } from "../engine/graph/model.ts";
import { prepare } from "../engine/graph/prepare.ts";
import { promptReader } from "../engine/local/prompt-files.ts";
import { readInput } from "../engine/local/read-input.ts";
import { byFile } from "./by-file.ts";
import { diagnosticsText, type FileDiagnostics } from "./diagnostics-text.ts";
import type { Terminal } from "./io.ts";
import { options } from "./options.ts";
import { graphPathOf } from "./shipped.ts";

const USAGE = `usage: attractor validate [--json] GRAPH…

Checks each graph and prints what is wrong, where, and how to fix it. - reads standard input.
Exit code: 0 when every graph may run (warnings allowed), 2 when one has an error or cannot be read.
`;
const OK = 0;
const INVALID = 2;

export async function runValidate(args: readonly string[], terminal: Terminal): Promise<number> {
  const asked = readArgs(args);
  if ("problem" in asked) {
    terminal.err(`attractor validate: ${asked.problem}\n${USAGE}`);
    return INVALID;
  }
  if (asked.help) {
    terminal.out(USAGE);
    return OK;
  }
  const files: FileDiagnostics[] = [];
  for (const path of asked.paths) files.push(...(await check(graphPathOf(path), terminal)));
  terminal.out(asked.json ? diagnosticsJson(files) : diagnosticsText(files, terminal.color));
  const invalid = files.some(({ diagnostics }) => diagnostics.some(({ severity }) => severity === "error"));
  return invalid ? INVALID : OK;
}

/** The graph's own findings, then those of each sub-graph in the file that wrote them. */
async function check(path: string, terminal: Terminal): Promise<FileDiagnostics[]> {
  const file = path === "-" ? "<stdin>" : path;
  let source: string;
  try {
    source = path === "-" ? await terminal.stdin() : readInput(path);
  } catch (error) {
    return [{ file, source: "", diagnostics: [unreadable(path, error as Error)] }];
  }
  const readPrompt = promptReader(path === "-" ? "." : dirname(path));
  return byFile(file, source, prepare(source, { readPrompt }));
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
  return `${JSON.stringify({ diagnostics }, null, 2)}\n`;
}

type Asked = { readonly paths: readonly string[]; readonly json: boolean; readonly help: boolean };

function readArgs(args: readonly string[]): Asked | { readonly problem: string } {
  try {
    const { values, positionals } = options(args, {
      json: { type: "boolean", default: false },
      help: { type: "boolean", short: "h", default: false },
      graph: { type: "string", multiple: true, default: [] as string[] },
    });
    const paths = [...values.graph, ...positionals];
    if (paths.length === 0 && !values.help) return { problem: "name at least one graph" };
    if (paths.filter((path) => path === "-").length > 1)
      return { problem: "standard input can be read only once" };
    return { paths, json: values.json, help: values.help };
  } catch (error) {
    return { problem: (error as Error).message };
  }
}
