/** `attractor graph GRAPH`: a graph drawn, or as data, on standard output. */
import { readFileSync } from "node:fs";
import { compile } from "../engine/graph/compile.ts";
import { type Prepared, prepare } from "../engine/graph/prepare.ts";
import { graphJson } from "../engine/report/graph-json.ts";
import { renderMermaid } from "../engine/report/mermaid.ts";
import { pictureOf } from "../engine/report/picture.ts";
import { renderSvg } from "../engine/report/svg.ts";
import { diagnosticsText } from "./diagnostics-text.ts";
import { tell } from "./errors.ts";
import { EXIT } from "./exit-codes.ts";
import type { Terminal } from "./io.ts";
import { onlyOne, options, UsageError } from "./options.ts";

const USAGE = `usage: attractor graph GRAPH [--format svg|mermaid|json]

Draws the graph on standard output, as SVG unless told otherwise. - reads standard input.
Exit code: 0, or 2 when the graph has errors; it is drawn as far as it can be read.
`;
const FORMATS = ["svg", "mermaid", "json"] as const;
type Format = (typeof FORMATS)[number];

export async function runGraph(args: readonly string[], terminal: Terminal): Promise<number> {
  try {
    const asked = readArgs(args);
    if (asked === null) {
      terminal.out(USAGE);
      return EXIT.success;
    }
    const source = await read(asked.path, terminal);
    // A drawing shows no prompts: their files need not be here.
    const prepared = prepare(source, { readPrompt: (path) => ({ ok: true, text: path }) });
    const errors = prepared.diagnostics.filter(({ severity }) => severity === "error");
    if (errors.length > 0) {
      terminal.err(diagnosticsText([{ file: asked.path, source, diagnostics: errors }], false));
    }
    terminal.out(await render(prepared, asked.format));
    return errors.length === 0 ? EXIT.success : EXIT.invalid;
  } catch (error) {
    return tell(terminal, "graph", USAGE, error);
  }
}

/** Null when only help was asked for. */
function readArgs(args: readonly string[]): { readonly path: string; readonly format: Format } | null {
  const { values, positionals } = options(args, {
    format: { type: "string", default: "svg" },
    graph: { type: "string" },
    help: { type: "boolean", short: "h", default: false },
  });
  if (values.help) return null;
  const format = FORMATS.find((known) => known === values.format);
  if (!format) {
    throw new UsageError(`there is no format ${JSON.stringify(values.format)}: ${FORMATS.join(", ")}`);
  }
  const paths = values.graph === undefined ? positionals : [values.graph, ...positionals];
  return { path: onlyOne(paths, "a graph"), format };
}

async function read(path: string, terminal: Terminal): Promise<string> {
  if (path === "-") return terminal.stdin();
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    throw new UsageError(`cannot read ${path}: ${(error as Error).message}`);
  }
}

async function render({ graph, pipeline }: Prepared, format: Format): Promise<string> {
  if (graph === null) return "";
  const drawn = pipeline ?? compile(graph);
  if (format === "json") return `${JSON.stringify(graphJson(drawn, graph), null, 2)}\n`;
  const picture = pictureOf(drawn, graph.subgraphs);
  return format === "svg" ? renderSvg(picture) : renderMermaid(picture).text;
}
