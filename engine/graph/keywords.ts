/** The words of DOT that name no node unless quoted; upper or lower case, as in Graphviz. */
import { TokenKind, type Tokens } from "./tokens.ts";

export type Keyword = "node" | "edge" | "graph" | "digraph" | "subgraph" | "strict";

const KEYWORDS: ReadonlyMap<string, Keyword> = new Map(
  (["node", "edge", "graph", "digraph", "subgraph", "strict"] as const).map((word) => [word, word]),
);
const SHORTEST = 4;
const LONGEST = 8;

export function isKeyword(text: string): boolean {
  return text.length >= SHORTEST && text.length <= LONGEST && KEYWORDS.has(text.toLowerCase());
}

export function keywordOf(tokens: Tokens, token: number): Keyword | null {
  if (tokens.kind[token] !== TokenKind.word) return null;
  const start = tokens.start[token]!;
  const end = tokens.end[token]!;
  if (end - start < SHORTEST || end - start > LONGEST) return null;
  return KEYWORDS.get(tokens.source.slice(start, end).toLowerCase()) ?? null;
}
