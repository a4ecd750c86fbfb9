/** `attractor graph GRAPH`: a graph drawn, or as data, on standard output. */

import { dirname, join, resolve } from "node:path";
import { asJson } from "../engine/as-json.ts";
import { compile } from "../engine/graph/compile.ts";
import { type Prepared, prepare } from "../engine/graph/prepare.ts";
import { FILES, readRunFolder } from "../engine/local/folder.ts";
import { lookAt, type Sight } from "../engine/local/look.ts";
import { storedPromptReader } from "../engine/local/prepare-run.ts";
import { promptReader } from "../engine/local/prompt-files.ts";
import { readInput } from "../engine/local/read-input.ts";
import { reportOf } from "../engine/report/from-state.ts";
import { graphJson } from "../engine/report/graph-json.ts";
import { renderMermaid } from "../engine/report/mermaid.ts";
import { overlayOf } from "../engine/report/model.ts";
import { pictureOf } from "../engine/report/picture.ts";
import { renderSvg } from "../engine/report/svg.ts";
import { byFile } from "./by-file.ts";
import { type Arguments, command } from "./command.ts";
import { diagnosticsText } from "./diagnostics-text.ts";
import { EXIT } from "./exit-codes.ts";
import { findRun } from "./find-run.ts";
import type { Terminal } from "./io.ts";
import { onlyOne, UsageError } from "./options.ts";
import { graphPathOf } from "./shipped.ts";

const USAGE = `usage: attractor graph GRAPH [--format svg|mermaid|json] [--run DIR] [--fold]
       attractor graph --run DIR [--format svg|mermaid|json]

Draws the graph on standard output, as SVG unless told otherwise. - reads standard input. --run lays a run over it: how
far each stage is; without GRAPH the run's own graph is drawn. --fold draws a sub-graph (dot_file) as one node.
Exit code: 0, or 2 when the graph has errors; it is drawn as far as it can be read.
`;
const FORMATS = ["svg", "mermaid", "json"] as const;
type Format = (typeof FORMATS)[number];
/** Findings, commands and links are for reports, not for drawings. */
const NOTHING_MORE = { findings: [], next: [], links: [] };

const KNOWN = {
  format: { type: "string", default: "svg" },
  graph: { type: "string" },
  run: { type: "string" },
  fold: { type: "boolean", default: false },
} as const;

export const runGraph = command({
  name: "graph",
  usage: USAGE,
  options: KNOWN,
  async run(given, terminal) {
    const asked = readArgs(given);
    const seen = asked.run === null ? null : await lookAt(findRun(asked.run, process.cwd()));
    const path = asked.path ?? join(seen?.root ?? "", FILES.graph);
    const source = await read(path, terminal);
    // A drawing shows no prompts: their files need not be here.
    const prepared = prepare(source, {
      readPrompt: (name) => ({ ok: true, text: name }),
      readGraph: asked.path === null && seen ? await keptIn(seen.root) : promptReader(folderOf(path)),
      foldSubGraphs: asked.fold,
    });
    const errors = prepared.diagnostics.filter(({ severity }) => severity === "error");
    if (errors.length > 0) {
      terminal.err(diagnosticsText(byFile(path, source, { ...prepared, diagnostics: errors }), false));
    }
    terminal.out(await render(prepared, asked.format, seen));
    return errors.length === 0 ? EXIT.success : EXIT.invalid;
  },
});

interface Asked {
  /** Null: the run's own. */
  readonly path: string | null;
  readonly format: Format;
  readonly run: string | null;
  readonly fold: boolean;
}

const folderOf = (path: string): string => (path === "-" ? "." : dirname(resolve(path)));
const keptIn = async (root: string) => storedPromptReader((await readRunFolder(root)).prompts);

function readArgs({ values, positionals }: Arguments<typeof KNOWN>): Asked {
  const format = FORMATS.find((known) => known === values.format);
  if (!format) {
    throw new UsageError(`there is no format ${JSON.stringify(values.format)}: ${FORMATS.join(", ")}`);
  }
  const paths = values.graph === undefined ? positionals : [values.graph, ...positionals];
  const run = values.run ?? null;
  return {
    path: run !== null && paths.length === 0 ? null : graphPathOf(onlyOne(paths, "a graph")),
    format,
    run,
    fold: values.fold,
  };
}

async function read(path: string, terminal: Terminal): Promise<string> {
  if (path === "-") return terminal.stdin();
  try {
    return readInput(path);
  } catch (error) {
    throw new UsageError(`cannot read ${path}: ${(error as Error).message}`);
  }
}

async function render({ graph, pipeline }: Prepared, format: Format, seen: Sight | null): Promise<string> {
  if (graph === null) return "";
  const drawn = pipeline ?? compile(graph);
  const overlay = seen?.run ? overlayOf(reportOf(seen.run.state, seen.run.pipeline, NOTHING_MORE)) : null;
  if (format === "json") return asJson(graphJson(drawn, graph, overlay));
  const picture = pictureOf(drawn, graph.subgraphs);
  return format === "svg" ? renderSvg(picture, overlay) : renderMermaid(picture, overlay).text;
}
