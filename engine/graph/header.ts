/** The first words of a file: `digraph name {`. */
import type { Diagnostic } from "./model.ts";
import { syntaxError } from "./syntax-error.ts";
import { isId, Kind, positionAt, positionOf, rawText, type Tokens } from "./tokens.ts";

export interface Header {
  /** Token of the graph's name, or null. */
  readonly name: number | null;
  /** Token of the opening brace, or null when nothing after the header can be trusted. */
  readonly brace: number | null;
  readonly diagnostics: readonly Diagnostic[];
}

const EXAMPLE = "Begin the file with `digraph name {`.";

export function readHeader(tokens: Tokens): Header {
  const diagnostics: Diagnostic[] = [];
  const fail = (diagnostic: Diagnostic): Header => ({
    name: null,
    brace: null,
    diagnostics: [...diagnostics, diagnostic],
  });
  let at = 0;
  if (tokens.kind.length === 0) {
    return fail(
      syntaxError("dot_header", positionAt(tokens.lineStarts, 0), "the file holds no graph", EXAMPLE),
    );
  }
  if (isBareWord(tokens, at, "strict")) {
    diagnostics.push(
      syntaxError("dot_header", positionOf(tokens, at), "`strict` is not part of the language", "Remove it."),
    );
    at++;
  }
  const first = positionOf(tokens, Math.min(at, tokens.kind.length - 1));
  if (isBareWord(tokens, at, "graph")) {
    const message = "`graph` begins an undirected graph; stages need directed edges";
    diagnostics.push(
      syntaxError("dot_undirected", first, message, "Write `digraph`, and `->` between nodes."),
    );
  } else if (!isBareWord(tokens, at, "digraph")) {
    const word = at < tokens.kind.length ? rawText(tokens, at).slice(0, 40) : "the end of the file";
    const glued = /^digraph(\w+)$/i.exec(word);
    if (!glued)
      return fail(
        syntaxError("dot_header", first, `a graph begins with \`digraph\`, not with ${word}`, EXAMPLE),
      );
    const message = `\`${word}\` lacks a space`;
    diagnostics.push(syntaxError("dot_header", first, message, `Write \`digraph ${glued[1]}\`.`));
  }
  at++;
  const name = isId(tokens, at) ? at : null;
  if (name !== null) at++;
  if (tokens.kind[at] === Kind.openBrace) return { name, brace: at, diagnostics };
  const before = positionAt(tokens.lineStarts, tokens.end[Math.min(at, tokens.kind.length) - 1]!);
  return fail(syntaxError("dot_header", before, "the graph's opening `{` is missing", EXAMPLE));
}

function isBareWord(tokens: Tokens, token: number, word: string): boolean {
  return tokens.kind[token] === Kind.word && rawText(tokens, token).toLowerCase() === word;
}
