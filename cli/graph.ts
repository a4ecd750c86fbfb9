/** `attractor graph GRAPH --format svg|mermaid|json`: a graph drawn, or as data, on standard output. */
import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { compile } from "../engine/graph/compile.ts";
import type { Diagnostic } from "../engine/graph/model.ts";
import { type Prepared, prepare } from "../engine/graph/prepare.ts";
import { graphJson } from "../engine/report/graph-json.ts";
import { renderMermaid } from "../engine/report/mermaid.ts";
import { pictureOf } from "../engine/report/picture.ts";
import { renderSvg, TooLargeToDraw } from "../engine/report/svg.ts";
import type { Io } from "./io.ts";

const USAGE = "usage: attractor graph GRAPH [--format svg|mermaid|json]";
const FORMATS = ["svg", "mermaid", "json"] as const;
type Format = (typeof FORMATS)[number];

const INVALID = 2;

/** A graph with errors is drawn as far as it can be read, so that its author sees it; the exit code tells. */
export async function runGraph(args: readonly string[], io: Io): Promise<number> {
  const asked = readArgs(args);
  if ("problem" in asked) return refuse(io, `${asked.problem}\n${USAGE}`);
  let source: string;
  try {
    source = readFileSync(asked.path, "utf8");
  } catch (error) {
    return refuse(io, `cannot read ${asked.path}: ${(error as Error).message}`);
  }
  // A drawing shows no prompts: their files need not be here.
  const prepared = prepare(source, { readPrompt: (path) => ({ ok: true, text: path }) });
  const errors = prepared.diagnostics.filter(({ severity }) => severity === "error");
  for (const error of errors) io.err(`${describe(asked.path, error)}\n`);
  try {
    const text = await render(prepared, asked.format);
    if (text !== null) io.out(text);
  } catch (error) {
    if (!(error instanceof TooLargeToDraw)) throw error;
    return refuse(io, `${asked.path}: ${error.message}`);
  }
  return errors.length === 0 ? 0 : INVALID;
}

async function render({ graph, pipeline }: Prepared, format: Format): Promise<string | null> {
  if (graph === null) return null;
  const drawn = pipeline ?? compile(graph);
  if (format === "json") return `${JSON.stringify(graphJson(drawn, graph), null, 2)}\n`;
  const picture = pictureOf(drawn, graph.subgraphs);
  return format === "svg" ? renderSvg(picture) : renderMermaid(picture).text;
}

function readArgs(args: readonly string[]): { path: string; format: Format } | { problem: string } {
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: { format: { type: "string", default: "svg" }, graph: { type: "string" } },
    });
    const paths = values.graph === undefined ? positionals : [values.graph, ...positionals];
    const format = FORMATS.find((known) => known === values.format);
    if (!format) return { problem: `there is no format ${JSON.stringify(values.format)}` };
    if (paths.length !== 1) return { problem: paths.length === 0 ? "name a graph" : "name one graph only" };
    return { path: paths[0]!, format };
  } catch (error) {
    return { problem: (error as Error).message };
  }
}

function describe(path: string, { at, rule, message, fix }: Diagnostic): string {
  return `${path}:${at.line}:${at.column}: ${rule}: ${message}${fix === undefined ? "" : `\n  ${fix}`}`;
}

function refuse(io: Io, message: string): number {
  io.err(`${message}\n`);
  return INVALID;
}
