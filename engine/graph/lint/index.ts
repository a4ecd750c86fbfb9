/** All rules, run over a graph. */
import type { Diagnostic, Graph } from "../model.ts";
import { type ContextOptions, lintContext } from "./context.ts";
import { ORIGIN } from "./origin.ts";
import type { Finding, Rule } from "./rule.ts";
import { RULES } from "./rules.ts";

export interface LintOptions extends ContextOptions {
  /** Added to the built-in rules. */
  readonly rules?: readonly Rule[];
}

export function lint(graph: Graph, options: LintOptions = {}): Diagnostic[] {
  const context = lintContext(graph, options);
  return [...RULES, ...(options.rules ?? [])].flatMap((rule) =>
    Array.from(rule.check(context), (finding) => diagnostic(rule, finding)),
  );
}

function diagnostic(rule: Rule, { message, at, node, edge, fix, severity }: Finding): Diagnostic {
  const mend = fix ?? ("fix" in rule && typeof rule.fix === "string" ? rule.fix : undefined);
  return {
    rule: rule.code,
    severity: severity ?? rule.severity,
    message,
    at: at ?? node?.at ?? edge?.at ?? ORIGIN,
    ...(node === undefined ? {} : { node_id: node.id }),
    ...(edge === undefined ? {} : { edge: { from: edge.from, to: edge.to } }),
    ...(mend === undefined ? {} : { fix: mend }),
  };
}
