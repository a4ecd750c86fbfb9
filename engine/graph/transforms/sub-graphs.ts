/** `shape=folder` with `dot_file`: the graph of that file is put in the node's place (docs/decisions/121). */
import { attrOf } from "../attributes.ts";
import type { Diagnostic, Graph, GraphNode } from "../model.ts";
import { parse } from "../parse.ts";
import { parseStylesheet } from "../stylesheet.ts";
import { expandGoal } from "./goal.ts";
import { inlinePromptFiles, NO_READER, type ReadPrompt } from "./prompt-files.ts";
import { applyStylesheet } from "./style.ts";
import { inFile, placed } from "./sub-graphs/in-file.ts";
import { ownDefaults } from "./sub-graphs/own-defaults.ts";
import { folderOf, joinedPath } from "./sub-graphs/paths.ts";
import { putInPlace } from "./sub-graphs/put-in-place.ts";

const MOST_DEEP = 10;
const MOST_FILES = 200;

export interface WithSubGraphs {
  readonly graph: Graph;
  readonly diagnostics: readonly Diagnostic[];
  /** The text of each file that was read, by the path that its positions name. */
  readonly sources: ReadonlyMap<string, string>;
}

interface Load {
  readonly read: ReadPrompt;
  readonly diagnostics: Diagnostic[];
  readonly sources: Map<string, string>;
  files: number;
}

export function mergeSubGraphs(graph: Graph, read: ReadPrompt = NO_READER): WithSubGraphs {
  const load: Load = { read, diagnostics: [], sources: new Map(), files: 0 };
  const merged = merge(load, graph, []);
  return { graph: merged, diagnostics: load.diagnostics, sources: load.sources };
}

const isSubGraph = ({ attrs }: GraphNode): boolean =>
  attrs.get("shape")?.value === "folder" && attrOf(attrs, "dot_file") !== undefined;

/** `path`: the files that led here, the last one first in line. */
function merge(load: Load, graph: Graph, path: readonly string[]): Graph {
  let merged = graph;
  for (const node of graph.nodes.values()) {
    if (!isSubGraph(node)) continue;
    const child = childOf(load, node, path);
    if (child === null) continue;
    const put = putInPlace(merged, node, child);
    if (put.ok) merged = put.graph;
    else refuse(load, node, put.error, put.fix);
  }
  return merged;
}

function childOf(load: Load, node: GraphNode, path: readonly string[]): Graph | null {
  const named = attrOf(node.attrs, "dot_file")!.value;
  const folder = folderOf(path.at(-1) ?? ".");
  const file = joinedPath(folder, named);
  if (/^[a-z+]+:\/\//i.test(named) || named.startsWith("/") || named.includes("\\"))
    return refuse(load, node, `${named} is no file of this repository`, "name a file, relative to the graph");
  if (path.includes(file)) {
    const circle = [...path.slice(path.indexOf(file)), file].join(" -> ");
    return refuse(load, node, `sub-graphs lead in a circle: ${circle}`, "draw the loop with edges");
  }
  if (path.length >= MOST_DEEP || load.files >= MOST_FILES) {
    const error = `more than ${MOST_DEEP} sub-graphs inside each other, or ${MOST_FILES} in all`;
    return refuse(load, node, error, "put some of them into one file");
  }
  load.files++;
  const read = nearTo(load.read, folder)(named);
  if (!read.ok) {
    const error = `the sub-graph ${named} of ${node.id} cannot be read: ${read.error}`;
    return refuse(load, node, error, "name a file that exists, relative to the graph that names it");
  }
  load.sources.set(file, read.text);
  const parsed = parse(read.text);
  load.diagnostics.push(...parsed.diagnostics.map((found) => placed(found, file)));
  if (parsed.graph === null) return null;
  const whole = merge(load, inFile(parsed.graph, file), [...path, file]);
  const inlined = inlinePromptFiles(whole, nearTo(load.read, folderOf(file)));
  load.diagnostics.push(...inlined.diagnostics);
  checkStylesheet(load, inlined.graph);
  const styled = ownDefaults(applyStylesheet(inlined.graph));
  return attrOf(styled.attrs, "goal") === undefined ? styled : expandGoal(styled);
}

/** Lint sees the whole graph, whose stylesheet is another. */
function checkStylesheet(load: Load, { attrs }: Graph): void {
  const sheet = attrOf(attrs, "model_stylesheet");
  const parsed = parseStylesheet(sheet?.value ?? "");
  if (sheet === undefined || parsed.ok) return;
  const message = `the stylesheet cannot be read: ${parsed.error}`;
  load.diagnostics.push({
    rule: "stylesheet_syntax",
    severity: "error",
    message,
    at: sheet.valueAt,
    fix: parsed.fix,
  });
}

/** Beside the file that names it, else as the reader finds what the graph itself names. */
const nearTo =
  (read: ReadPrompt, folder: string): ReadPrompt =>
  (name) => {
    const near = read(joinedPath(folder, name));
    return near.ok || folder === "." ? near : read(name);
  };

function refuse(load: Load, node: GraphNode, message: string, fix: string): null {
  const at = attrOf(node.attrs, "dot_file")?.valueAt ?? node.at;
  load.diagnostics.push({ rule: "sub_graph", severity: "error", message, at, node_id: node.id, fix });
  return null;
}
