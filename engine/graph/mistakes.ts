/** The slips whose message is always the same: what to say, and what to write instead. */
import { MAX_TOKENS } from "./limits.ts";
import type { Diagnostic } from "./model.ts";
import { type Mistake, syntaxError } from "./syntax-error.ts";
import { positionOf, type Tokens } from "./tokens.ts";

export interface Check {
  readonly tokens: Tokens;
  readonly diagnostics: Diagnostic[];
  /** Set when brackets or braces do not match: the grammar would only repeat it in other words. */
  unbalanced: boolean;
}

export const MISTAKES = {
  htmlLabel: {
    rule: "dot_html_label",
    message: "HTML-like labels are not part of the language",
    fix: 'Write the text as a "quoted string".',
  },
  commentInAddress: {
    rule: "dot_comment",
    message: "`//` begins a comment and cuts this address short",
    fix: "Put the address in double quotes.",
  },
  commentForValue: {
    rule: "dot_comment",
    message: "a comment begins where a value should stand",
    fix: 'Quote the value, as in color="#ff0000".',
  },
  openComment: {
    rule: "dot_comment",
    message: "this comment is never closed",
    fix: "Close it with `*/`.",
  },
  nothingToJoin: {
    rule: "dot_string",
    message: "`+` joins two quoted strings, and no string follows it",
    fix: 'Write "one" + "two".',
  },
  tooLong: {
    rule: "dot_limit",
    message: `the graph is longer than ${MAX_TOKENS} words and marks`,
    fix: "Split it into several graphs.",
  },
  undirectedEdge: {
    rule: "dot_undirected",
    message: "`--` is an undirected edge",
    fix: "Write `->`.",
  },
  port: {
    rule: "dot_port",
    message: "ports mean nothing to a stage",
    fix: "Name only the node: `a -> b`; quote a value that holds a colon.",
  },
  namesSideBySide: {
    rule: "dot_missing_arrow",
    message: "two names stand side by side",
    fix: "Write `a -> b` for an edge, `key = value` for an attribute, or `;` between two nodes.",
  },
  blockAfterName: {
    rule: "dot_missing_arrow",
    message: "a block follows a name",
    fix: "Write `a -> { b c }`, or `subgraph name { … }`.",
  },
  stringAfterName: {
    rule: "dot_missing_equals",
    message: "a string follows without `=` or `->`",
    fix: 'Write `key = "value"`, or `a -> b`.',
  },
  blockWithAttributes: {
    rule: "dot_subgraph",
    message: "a block takes no attribute list",
    fix: "Write `node [..]` or `key = value` inside the block.",
  },
  subgraphWithoutBody: {
    rule: "dot_subgraph",
    message: "a subgraph needs a body",
    fix: "Write `subgraph name { … }`.",
  },
  nestedGraph: {
    rule: "dot_keyword",
    message: "a graph cannot hold another",
    fix: "Write `subgraph name { … }`, or quote the word to name a node so.",
  },
  nothingBeforeEquals: {
    rule: "dot_syntax",
    message: "no name stands before `=`",
    fix: "Write `key = value`.",
  },
  nothingAfterEquals: {
    rule: "dot_missing_value",
    message: "no value follows `=`",
    fix: 'Write `key = value`, with text in "quotes".',
  },
  unquotedWords: {
    rule: "dot_missing_value",
    message: "more than one word follows `=`",
    fix: 'Put the whole value in quotes: key = "two words".',
  },
  secondGraph: {
    rule: "dot_several_graphs",
    message: "a second graph begins here",
    fix: "Keep one graph per file.",
  },
  textAfterGraph: {
    rule: "dot_brackets",
    message: "the graph has ended before this",
    fix: "Remove the `}` that closes it too early, or this text.",
  },
} satisfies Readonly<Record<string, Mistake>>;

export function reportMistake({ tokens, diagnostics }: Check, token: number, mistake: Mistake): void {
  diagnostics.push(syntaxError(positionOf(tokens, token), mistake));
}
