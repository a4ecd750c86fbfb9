/** Where a forgotten `}` should stand: indentation tells what the author meant to be inside. */
import type { TextPosition } from "./model.ts";
import { positionAt, positionOf, TokenKind, type Tokens } from "./tokens.ts";

interface Block {
  readonly open: number;
  readonly indent: number;
  /** Whether something inside stood to the right of the line that opens the block: only then does indentation count. */
  indented: boolean;
}

export interface Unclosed {
  readonly openedAt: TextPosition;
  /** The end of the last token that still belongs to the block. */
  readonly at: TextPosition;
}

export function findUnclosed(tokens: Tokens, graphBrace: number): Unclosed {
  const { kind, line, start, end, lineStarts } = tokens;
  const blocks: Block[] = [{ open: graphBrace, indent: -1, indented: true }];
  let indent = 0;
  let inBrackets = false;
  for (let token = graphBrace + 1; token < kind.length; token++) {
    const block = blocks.at(-1)!;
    const firstOnLine = line[token] !== line[token - 1];
    if (firstOnLine) indent = start[token]! - lineStarts[line[token]!]!;
    const closes = kind[token] === TokenKind.closeBrace;
    if (firstOnLine && !inBrackets) {
      const outside = closes ? indent < block.indent : indent <= block.indent;
      if (outside && block.indented)
        return { openedAt: positionOf(tokens, block.open), at: positionAt(lineStarts, end[token - 1]!) };
      if (indent > block.indent) block.indented = true;
    }
    if (closes) blocks.pop();
    if (blocks.length === 0) break;
    if (kind[token] === TokenKind.openBrace)
      blocks.push({ open: token, indent, indented: line[token + 1] === line[token] });
    if (kind[token] === TokenKind.openBracket) inBrackets = true;
    if (kind[token] === TokenKind.closeBracket) inBrackets = false;
  }
  const open = blocks.at(-1)?.open ?? graphBrace;
  return { openedAt: positionOf(tokens, open), at: positionAt(lineStarts, end.at(-1)!) };
}
