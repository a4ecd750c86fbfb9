import { describe, expect, it } from "vitest";
import { lex } from "../../engine/graph/lexer.ts";
import { parse } from "../../engine/graph/parse.ts";
import { rawText, sameLineAsNext, TokenKind } from "../../engine/graph/tokens.ts";
import { corpus } from "./corpus.ts";

interface Dropped {
  readonly where: string;
  readonly source: string;
  readonly line: number;
}

/** Every graph of the corpus with one piece of text left out, for each place where the piece stands; its neighbours stay apart. */
function drop(pieces: (source: string) => { readonly offset: number; readonly length: number }[]): Dropped[] {
  return corpus.flatMap(({ name, source }) =>
    pieces(source).map(({ offset, length }) => {
      const line = source.slice(0, offset).split("\n").length;
      const gap = source[offset] === '"' || source[offset + length - 1] === '"' ? "" : " ";
      return {
        where: `${name}:${line}`,
        source: source.slice(0, offset) + gap + source.slice(offset + length),
        line,
      };
    }),
  );
}

function tokensWhere(source: string, wanted: (kind: number, text: string, token: number) => boolean) {
  const { tokens } = lex(source);
  const found = Array.from(tokens.kind, (kind, token) => ({ kind, token, text: rawText(tokens, token) }));
  return found
    .filter(({ kind, token, text }) => wanted(kind, text, token))
    .map(({ token }) => ({
      offset: tokens.start[token]!,
      length: tokens.end[token]! - tokens.start[token]!,
    }));
}

const ofKind = (kind: number) => (source: string) => tokensWhere(source, (found) => found === kind);

/** The share of slips whose first error lies within a line of the place; the others are listed to look at. */
function foundNearby(slips: readonly Dropped[]): { share: number; elsewhere: string[] } {
  const elsewhere = slips.filter(({ source, line }) => {
    const { diagnostics } = parse(source);
    return !diagnostics[0] || Math.abs(diagnostics[0].at.line - line) > 1;
  });
  return { share: 1 - elsewhere.length / slips.length, elsewhere: elsewhere.map(({ where }) => where) };
}

describe("a token left out is found within a line of its place", () => {
  const always: [string, (source: string) => { offset: number; length: number }[]][] = [
    ["[", ofKind(TokenKind.openBracket)],
    ["=", ofKind(TokenKind.equals)],
    ["digraph", (source) => tokensWhere(source, (_, text) => text === "digraph")],
    ["the first {", (source) => ofKind(TokenKind.openBrace)(source).slice(0, 1)],
    [
      "-> between two names of a line",
      (source) => {
        const { tokens } = lex(source);
        return tokensWhere(source, (kind, _, token) => {
          const next = tokens.kind[token + 1];
          const onLine = sameLineAsNext(tokens, token - 1) && sameLineAsNext(tokens, token);
          return kind === TokenKind.arrow && next !== undefined && onLine;
        });
      },
    ],
  ];

  for (const [name, pieces] of always) {
    it(`R-LANG-1: always, for ${name}`, () => {
      const slips = drop(pieces);
      expect(slips.length).toBeGreaterThanOrEqual(corpus.length);
      expect(foundNearby(slips).elsewhere).toEqual([]);
    });
  }

  const mostly: [string, number, (source: string) => { offset: number; length: number }[]][] = [
    ["]", 0.95, ofKind(TokenKind.closeBracket)],
    ["{", 0.95, ofKind(TokenKind.openBrace)],
    ["}", 0.95, ofKind(TokenKind.closeBrace)],
    [
      "an opening quote",
      0.9,
      (source) => ofKind(TokenKind.string)(source).map(({ offset }) => ({ offset, length: 1 })),
    ],
    [
      "a closing quote",
      0.9,
      (source) =>
        ofKind(TokenKind.string)(source).map(({ offset, length }) => ({
          offset: offset + length - 1,
          length: 1,
        })),
    ],
  ];

  for (const [name, share, pieces] of mostly) {
    it(`R-LANG-1: mostly, for ${name}`, () => {
      const slips = drop(pieces);
      const found = foundNearby(slips);
      expect(
        found.share,
        `${slips.length} slips, not found: ${found.elsewhere.join(" ")}`,
      ).toBeGreaterThanOrEqual(share);
    });
  }
});
