/** What a lint rule is. The library takes a Rule; the built-in ones also explain themselves. */
import type { GraphEdge, GraphNode, Severity, TextPosition } from "../model.ts";
import type { LintContext } from "./context.ts";

export interface LintFinding {
  readonly message: string;
  /** Where to look; the node's or the edge's own place when it is not said. */
  readonly at?: TextPosition;
  readonly node?: GraphNode;
  readonly edge?: GraphEdge;
  readonly fix?: string;
  /** When this finding is graver or milder than the rule. */
  readonly severity?: Severity;
}

export interface Rule {
  readonly code: string;
  readonly severity: Severity;
  check(context: LintContext): Iterable<LintFinding>;
}

/** Title, explanation, fix and examples make the reference page; the tests run the examples. */
export interface BuiltInRule extends Rule {
  readonly title: string;
  readonly explain: string;
  readonly fix: string;
  readonly bad: string;
  readonly good: string;
}
