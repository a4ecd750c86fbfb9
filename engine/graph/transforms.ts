/** What happens to a graph between its text and lint, in this order; each step returns a new graph. */
import type { Diagnostic, Graph } from "./model.ts";
import { expandGoal } from "./transforms/goal.ts";
import { expandPauses } from "./transforms/pause.ts";
import { inlinePromptFiles, type ReadPrompt } from "./transforms/prompt-files.ts";
import { applyStylesheet } from "./transforms/style.ts";

export type Transform = (graph: Graph) => Graph;

export interface TransformOptions {
  /** The text of a `prompt_file`, by the path that the graph names. */
  readonly readPrompt?: ReadPrompt;
  /** The library's own, after the built-in ones, in the order given. */
  readonly transforms?: readonly Transform[];
}

export function transform(
  graph: Graph,
  options: TransformOptions = {},
): { readonly graph: Graph; readonly diagnostics: readonly Diagnostic[] } {
  const inlined = inlinePromptFiles(graph, options.readPrompt);
  const builtIn = expandPauses(expandGoal(applyStylesheet(inlined.graph)));
  const all = (options.transforms ?? []).reduce((current, custom) => custom(current), builtIn);
  return { graph: all, diagnostics: inlined.diagnostics };
}
