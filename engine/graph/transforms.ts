/** What happens to a graph between its text and lint, in this order; each step returns a new graph. */
import type { Graph } from "./model.ts";
import { expandGoal } from "./transforms/goal.ts";
import { expandPauses } from "./transforms/pause.ts";
import { inlinePromptFiles, type ReadPrompt } from "./transforms/prompt-files.ts";
import { applyStylesheet } from "./transforms/style.ts";
import { mergeSubGraphs, type WithSubGraphs } from "./transforms/sub-graphs.ts";

export type Transform = (graph: Graph) => Graph;

export interface TransformOptions {
  /** The text of a `prompt_file`, by the path that the graph names. */
  readonly readPrompt?: ReadPrompt;
  /** The text of a `dot_file`; without it they are read as prompt files are. */
  readonly readGraph?: ReadPrompt;
  /** Sub-graphs stay single nodes: for a drawing. */
  readonly foldSubGraphs?: boolean;
  /** The library's own, after the built-in ones, in the order given. */
  readonly transforms?: readonly Transform[];
}

export function transform(graph: Graph, options: TransformOptions = {}): WithSubGraphs {
  const merged = options.foldSubGraphs
    ? { graph, diagnostics: [], sources: new Map<string, string>() }
    : mergeSubGraphs(graph, options.readGraph ?? options.readPrompt);
  const inlined = inlinePromptFiles(merged.graph, options.readPrompt);
  const builtIn = expandPauses(expandGoal(applyStylesheet(inlined.graph)));
  const all = (options.transforms ?? []).reduce((current, custom) => custom(current), builtIn);
  const diagnostics = [...merged.diagnostics, ...inlined.diagnostics];
  return { graph: all, diagnostics, sources: merged.sources };
}
