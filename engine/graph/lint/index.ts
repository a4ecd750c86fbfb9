/** All rules, run over a graph. */
import type { Diagnostic, Graph } from "../model.ts";
import { type ContextOptions, lintContext } from "./context.ts";
import { RULE_ORIGIN } from "./origin.ts";
import type { LintFinding, Rule } from "./rule.ts";
import { RULES } from "./rules.ts";

export interface LintOptions extends ContextOptions {
  /** Added to the built-in rules. */
  readonly rules?: readonly Rule[];
}

export function lint(graph: Graph, options: LintOptions = {}): Diagnostic[] {
  const context = lintContext(graph, options);
  return [...RULES, ...(options.rules ?? [])].flatMap((rule) => bounded(rule, rule.check(context)));
}

/** Of one rule. Nobody reads more, and a small hostile graph can have hundreds of thousands. */
const MOST_FINDINGS = 500;

function bounded(rule: Rule, findings: Iterable<LintFinding>): Diagnostic[] {
  const found: Diagnostic[] = [];
  for (const finding of findings) {
    if (found.length === MOST_FINDINGS) {
      const message = `more than ${MOST_FINDINGS} findings of this rule; the rest is not listed`;
      found.push({ ...diagnostic(rule, finding), message });
      break;
    }
    found.push(diagnostic(rule, finding));
  }
  return found;
}

function diagnostic(rule: Rule, { message, at, node, edge, fix, severity }: LintFinding): Diagnostic {
  const advice = fix ?? ("fix" in rule && typeof rule.fix === "string" ? rule.fix : undefined);
  return {
    rule: rule.code,
    severity: severity ?? rule.severity,
    message,
    at: at ?? node?.at ?? edge?.at ?? RULE_ORIGIN,
    ...(node === undefined ? {} : { node_id: node.id }),
    ...(edge === undefined ? {} : { edge: { from: edge.from, to: edge.to } }),
    ...(advice === undefined ? {} : { fix: advice }),
  };
}
