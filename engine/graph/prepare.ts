/** From text to what runs: parse, transform, lint, compile. */
import { type CompileOptions, compile } from "./compile.ts";
import { lint } from "./lint/index.ts";
import type { Rule } from "./lint/rule.ts";
import type { Diagnostic, Graph } from "./model.ts";
import { parse } from "./parse.ts";
import type { Pipeline } from "./pipeline.ts";
import { type TransformOptions, transform } from "./transforms.ts";

export interface PrepareOptions extends TransformOptions, CompileOptions {
  /** The library's own, after the built-in ones. */
  readonly rules?: readonly Rule[];
}

export interface Checked {
  readonly graph: Graph | null;
  /** In the order of the text, those of sub-graphs last. */
  readonly diagnostics: readonly Diagnostic[];
  /** The text of each sub-graph, by the file that positions name. */
  readonly sources: ReadonlyMap<string, string>;
}

export interface Prepared extends Checked {
  /** null when a diagnostic is an error: such a graph does not run. */
  readonly pipeline: Pipeline | null;
}

export function prepare(source: string, options: PrepareOptions = {}): Prepared {
  const checked = check(source, options);
  const { graph, diagnostics } = checked;
  return { ...checked, pipeline: graph === null || hasErrors(diagnostics) ? null : compile(graph, options) };
}

/** All that can be said about a text; nothing is made of it that runs. */
export function check(source: string, options: PrepareOptions = {}): Checked {
  const parsed = parse(source);
  if (parsed.graph === null) return { graph: null, diagnostics: parsed.diagnostics, sources: new Map() };
  const { graph, diagnostics, sources } = transform(parsed.graph, options);
  const found = lint(graph, { ...options, source, sources });
  return { graph, diagnostics: inOrder([...parsed.diagnostics, ...diagnostics, ...found]), sources };
}

/** Every finding about a text, or about a graph that is already parsed and transformed. */
export function validate(input: string | Graph, extraRules: readonly Rule[] = []): readonly Diagnostic[] {
  if (typeof input === "string") return check(input, { rules: extraRules }).diagnostics;
  return inOrder(lint(input, { rules: extraRules }));
}

/** Raised by `validateOrThrow` when a diagnostic is an error. */
export class InvalidGraphError extends Error {
  override readonly name = "InvalidGraphError";
  readonly diagnostics: readonly Diagnostic[];
  constructor(diagnostics: readonly Diagnostic[]) {
    const errors = diagnostics.filter(({ severity }) => severity === "error");
    super(errors.map(({ rule, message, at }) => `${at.line}:${at.column} ${rule}: ${message}`).join("\n"));
    this.diagnostics = diagnostics;
  }
}

/** The warnings and notes of a graph that may run. */
export function validateOrThrow(
  input: string | Graph,
  extraRules: readonly Rule[] = [],
): readonly Diagnostic[] {
  const diagnostics = validate(input, extraRules);
  if (hasErrors(diagnostics)) throw new InvalidGraphError(diagnostics);
  return diagnostics;
}

const hasErrors = (diagnostics: readonly Diagnostic[]): boolean =>
  diagnostics.some(({ severity }) => severity === "error");

const inOrder = (diagnostics: readonly Diagnostic[]): Diagnostic[] =>
  diagnostics.toSorted((a, b) => {
    const [left = "", right = ""] = [a.at.file, b.at.file];
    return left === right ? a.at.offset - b.at.offset : left < right ? -1 : 1;
  });
