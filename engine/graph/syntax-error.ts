/** What can be wrong with a graph's text, as the codes that `validate` prints. */
import type { Diagnostic, TextPosition } from "./model.ts";

type SyntaxRule =
  | "dot_syntax"
  | "dot_header"
  | "dot_undirected"
  | "dot_several_graphs"
  | "dot_string"
  | "dot_comment"
  | "dot_html_label"
  | "dot_port"
  | "dot_character"
  | "dot_keyword"
  | "dot_brackets"
  | "dot_missing_arrow"
  | "dot_missing_equals"
  | "dot_missing_value"
  | "dot_subgraph"
  | "dot_name"
  | "dot_limit";

/** What to say of a slip, and what to write instead. */
export interface Mistake {
  readonly rule: SyntaxRule;
  readonly message: string;
  readonly fix: string;
}

export function syntaxError(at: TextPosition, { rule, message, fix }: Mistake): Diagnostic {
  return { rule, severity: "error", message, at, fix };
}

/** A piece of the author's text, short and without what would move a terminal's cursor or break a log line. */
export function excerpt(text: string): string {
  return text.slice(0, 40).replace(/[\p{C}\p{Zl}\p{Zp}]/gu, "\u00b7");
}

const MAX_REPORTED = 50;

/**
 * In order of place, one a line, and not too many: what follows on a line is mostly an echo of its first mistake.
 * A line that the lexer could not read is judged by no one else.
 */
export function tidy(lexical: readonly Diagnostic[], others: readonly Diagnostic[]): Diagnostic[] {
  const lines = new Set<number>();
  const claim = (found: readonly Diagnostic[]) =>
    found.toSorted(byPlace).filter(({ at }) => !lines.has(at.line) && lines.add(at.line));
  return [...claim(lexical), ...claim(others)].sort(byPlace).slice(0, MAX_REPORTED);
}

function byPlace(a: Diagnostic, b: Diagnostic): number {
  return a.at.offset - b.at.offset;
}
