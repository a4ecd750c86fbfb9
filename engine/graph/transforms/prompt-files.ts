/** `prompt_file` becomes `prompt`, the file of a `response_schema` its text. It comes from a reader, so that this stays free of I/O. */
import { attrOf, textOf } from "../attributes.ts";
import type { Attr, Diagnostic, Graph, GraphNode } from "../model.ts";
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
  /** The node with `key` as what the file says that `file` names. */
  const put = (node: GraphNode, file: Attr, key: string, what: string): GraphNode => {
    const read = readPrompt(file.value);
    if (read.ok)
      return withAttrs(node, [{ ...file, key, value: read.text, quoted: true, origin: "derived" }]);
    diagnostics.push({
      rule: "prompt_file_missing",
      severity: "error",
      message: `the ${what} ${file.value} of ${node.id} cannot be read: ${read.error}`,
      at: file.valueAt,
      node_id: node.id,
      fix: `name a file that exists, relative to the graph, or write the ${key} into the graph`,
    });
    return node;
  };
  const inline = (node: GraphNode): GraphNode => {
    const schema = attrOf(node.attrs, "response_schema");
    const bound =
      schema === undefined || schema.value.trimStart().startsWith("{")
        ? node
        : put(node, schema, "response_schema", "schema file");
    const file = attrOf(node.attrs, "prompt_file");
    // Both together is a finding of lint; neither is preferred silently.
    return file === undefined || textOf(node.attrs, "prompt") !== null
      ? bound
      : put(bound, file, "prompt", "prompt file");
  };
  return { graph: mapNodes(graph, inline), diagnostics };
}
