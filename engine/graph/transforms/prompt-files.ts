/** `prompt_file` becomes `prompt`, the file of a `response_schema` its text. It comes from a reader, so that this stays free of I/O. */
import { attrOf, textOf } from "../attributes.ts";
import type { Diagnostic, Graph, GraphNode } from "../model.ts";
import { mapNodes, withAttrs } from "./edit.ts";

type PromptText =
  | { readonly ok: true; readonly text: string }
  | { readonly ok: false; readonly error: string };
export type ReadPrompt = (path: string) => PromptText;

export const NO_READER: ReadPrompt = () => ({ ok: false, error: "prompt files cannot be read from here" });

export function inlinePromptFiles(
  graph: Graph,
  readPrompt: ReadPrompt = NO_READER,
): { readonly graph: Graph; readonly diagnostics: readonly Diagnostic[] } {
  const diagnostics: Diagnostic[] = [];
  const inline = (node: GraphNode): GraphNode => {
    const file = attrOf(node.attrs, "prompt_file");
    // Both together is a finding of lint; neither is preferred silently.
    if (file === undefined || textOf(node.attrs, "prompt") !== null) return node;
    const read = readPrompt(file.value);
    if (read.ok)
      return withAttrs(node, [{ ...file, key: "prompt", value: read.text, quoted: true, origin: "derived" }]);
    diagnostics.push({
      rule: "prompt_file_missing",
      severity: "error",
      message: `the prompt file ${file.value} of ${node.id} cannot be read: ${read.error}`,
      at: file.valueAt,
      node_id: node.id,
      fix: "name a file that exists, relative to the graph, or write the prompt into the graph",
    });
    return node;
  };
  const withSchema = (node: GraphNode): GraphNode => {
    const schema = attrOf(node.attrs, "response_schema");
    if (schema === undefined || schema.value.trimStart().startsWith("{")) return node;
    const read = readPrompt(schema.value);
    if (read.ok) return withAttrs(node, [{ ...schema, value: read.text, quoted: true, origin: "derived" }]);
    diagnostics.push({
      rule: "prompt_file_missing",
      severity: "error",
      message: `the file ${schema.value} of ${node.id}'s response_schema cannot be read: ${read.error}`,
      at: schema.valueAt,
      node_id: node.id,
      fix: "name a file that exists, relative to the graph, or write the schema into the graph",
    });
    return node;
  };
  return { graph: mapNodes(graph, (node) => withSchema(inline(node))), diagnostics };
}
