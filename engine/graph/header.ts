/** The first words of a file: `digraph name {`. */
import type { Diagnostic } from "./model.ts";
import { excerpt, type Mistake, syntaxError } from "./syntax-error.ts";
import { isId, positionAt, positionOf, rawText, TokenKind, type Tokens } from "./tokens.ts";

export interface Header {
  /** Token of the graph's name, or null. */
  readonly name: number | null;
  /** Token of the opening brace, or null when nothing after the header can be trusted. */
  readonly brace: number | null;
  readonly diagnostics: readonly Diagnostic[];
}

const EXAMPLE = "Begin the file with `digraph name {`.";

const NO_GRAPH: Mistake = { rule: "dot_header", message: "the file holds no graph", fix: EXAMPLE };
const NO_DIGRAPH: Mistake = { rule: "dot_header", message: "a graph begins with `digraph`", fix: EXAMPLE };
const NO_BRACE: Mistake = { rule: "dot_header", message: "the graph's opening `{` is missing", fix: EXAMPLE };
const STRICT: Mistake = {
  rule: "dot_header",
  message: "`strict` is not part of the language",
  fix: "Remove it.",
};
const UNDIRECTED: Mistake = {
  rule: "dot_undirected",
  message: "`graph` begins an undirected graph, and stages need directed edges",
  fix: "Write `digraph`, and `->` between nodes.",
};

export function readHeader(tokens: Tokens): Header {
  const { kind, end, lineStarts } = tokens;
  const diagnostics: Diagnostic[] = [];
  const last = kind.length - 1;
  let at = 0;
  const fail = (mistake: Mistake, position = positionOf(tokens, Math.min(at, last))): Header => {
    return { name: null, brace: null, diagnostics: [...diagnostics, syntaxError(position, mistake)] };
  };
  if (last < 0) return fail(NO_GRAPH, positionAt(lineStarts, 0));
  if (isBareWord(tokens, at, "strict")) diagnostics.push(syntaxError(positionOf(tokens, at++), STRICT));
  if (!isBareWord(tokens, at, "digraph")) {
    const mistake = judgeFirstWord(tokens, at);
    if (!mistake) return fail(NO_DIGRAPH);
    diagnostics.push(syntaxError(positionOf(tokens, at), mistake));
  }
  at++;
  const name = isId(tokens, at) ? at++ : null;
  if (kind[at] === TokenKind.openBrace) return { name, brace: at, diagnostics };
  return fail(NO_BRACE, positionAt(lineStarts, end[at - 1]!));
}

/** What is wrong with a word that stands for `digraph`; null when it does not. */
function judgeFirstWord(tokens: Tokens, token: number): Mistake | null {
  if (isBareWord(tokens, token, "graph")) return UNDIRECTED;
  if (tokens.kind[token] !== TokenKind.word) return null;
  const word = excerpt(rawText(tokens, token));
  const glued = /^digraph(\w+)$/i.exec(word);
  if (!glued) return null;
  return { rule: "dot_header", message: `\`${word}\` lacks a space`, fix: `Write \`digraph ${glued[1]}\`.` };
}

function isBareWord(tokens: Tokens, token: number, word: string): boolean {
  return tokens.kind[token] === TokenKind.word && rawText(tokens, token).toLowerCase() === word;
}
