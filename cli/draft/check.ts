/** What is wrong with a draft: every finding of lint but its notes, and two rules that only a draft is held to. */
import { type Diagnostic, type LintFinding, type Prepared, prepare, type Rule } from "../../engine/index.ts";

/** R-RUN-6: whatever the task, a missing tool is found before a model is paid. */
const gateFirst: Rule = {
  code: "draft_gate_first",
  severity: "error",
  *check({ starts, ofType, out, handler }): Iterable<LintFinding> {
    const [start] = starts;
    if (start === undefined || ofType("agent").length === 0) return;
    const ways = out(start.id);
    if (ways.length === 1 && handler(ways[0]!.to) === "tool") return;
    yield {
      node: start,
      message: "the start does not lead to a check of the tools",
      fix: "let the start's only edge lead to a tool stage toolchain that asks for the programs with command -v",
    };
  },
};

const doesSomething: Rule = {
  code: "draft_empty",
  severity: "error",
  *check({ ofType, starts }): Iterable<LintFinding> {
    const [start] = starts;
    if (start !== undefined && ["agent", "tool"].every((kind) => ofType(kind as "agent").length === 0))
      yield { node: start, message: "no stage of this graph does any work" };
  },
};

export interface Checked {
  readonly prepared: Prepared;
  readonly problems: readonly Diagnostic[];
}

export function checkDraft(source: string): Checked {
  const prepared = prepare(source, { rules: [gateFirst, doesSomething] });
  return { prepared, problems: prepared.diagnostics.filter(({ severity }) => severity !== "info") };
}

export const told = (problems: readonly Diagnostic[]): string =>
  problems
    .map(({ rule, at, message, fix }) => `- line ${at.line}: ${message} [${rule}]${fix ? `; ${fix}` : ""}`)
    .join("\n");
