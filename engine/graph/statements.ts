/** Mistakes that the grammar takes for something else, found before it is asked; what is well formed is left to it. */
import { checkAttributes } from "./attribute-list.ts";
import { findUnclosed } from "./braces.ts";
import { keywordOf } from "./keywords.ts";
import { MAX_DEPTH } from "./limits.ts";
import { type Check, MISTAKES, reportMistake } from "./mistakes.ts";
import { syntaxError } from "./syntax-error.ts";
import { isId, rawText, sameLineAsNext, TokenKind, type Tokens } from "./tokens.ts";

interface Block {
  readonly open: number;
  readonly kind: "graph" | "subgraph" | "group";
  /** Whether the current statement is an edge. */
  edge: boolean;
  /** Whether names are all it holds, as at the end of an edge. */
  plain: boolean;
}

interface Walk extends Check {
  readonly blocks: Block[];
  /** The block that the last `}` closed. */
  closed: Block | null;
}

const MAX_REPORTED = 200;

export function checkStatements(tokens: Tokens, graphBrace: number): Check {
  const graph: Block = { open: graphBrace, kind: "graph", edge: false, plain: true };
  const walk: Walk = { tokens, diagnostics: [], unbalanced: false, blocks: [graph], closed: null };
  let token = graphBrace + 1;
  while (token < tokens.kind.length && walk.blocks.length > 0) {
    token = checkToken(walk, token);
    if (walk.diagnostics.length >= MAX_REPORTED) return { ...walk, unbalanced: true };
  }
  if (walk.blocks.length > 0) reportUnclosed(walk, graphBrace);
  else checkTail(walk, token);
  return walk;
}

/** Judges one token outside of brackets and says where to go on. */
function checkToken(walk: Walk, token: number): number {
  const { tokens, blocks } = walk;
  const block = blocks.at(-1)!;
  const kind = tokens.kind[token];
  if (kind === TokenKind.openBracket || kind === TokenKind.equals || kind === TokenKind.arrow)
    block.plain = false;
  switch (kind) {
    case TokenKind.word:
    case TokenKind.string:
      return checkWord(walk, token, block);
    case TokenKind.openBrace:
      checkJoin(walk, token, block);
      return openBlock(walk, token, "group");
    case TokenKind.closeBrace:
      walk.closed = blocks.pop()!;
      return token + 1;
    case TokenKind.openBracket:
      if (tokens.kind[token - 1] === TokenKind.closeBrace && !block.edge)
        reportMistake(walk, token, MISTAKES.blockWithAttributes);
      return checkAttributes(walk, token);
    case TokenKind.equals:
      return checkAssignment(walk, token);
    case TokenKind.colon:
      return refusePort(walk, token);
    case TokenKind.line:
      reportMistake(walk, token, MISTAKES.undirectedEdge);
      block.edge = true;
      return token + 1;
    case TokenKind.arrow:
      block.edge = true;
      return token + 1;
    case TokenKind.semicolon:
      block.edge = false;
      return token + 1;
    default: {
      const message = `\`${rawText(tokens, token)}\` stands outside of any attribute list`;
      reportMistake(walk, token, {
        rule: "dot_brackets",
        message,
        fix: "Open the list with `[`, or remove it.",
      });
      return token + 1;
    }
  }
}

function checkWord(walk: Walk, token: number, block: Block): number {
  const { tokens } = walk;
  const keyword = keywordOf(tokens, token);
  const afterArrow = tokens.kind[token - 1] === TokenKind.arrow || tokens.kind[token - 1] === TokenKind.line;
  if (keyword === null || keyword === "subgraph") checkJoin(walk, token, block);
  if (!afterArrow) block.edge = false;
  if (keyword === "subgraph") return checkSubgraph(walk, token);
  if (keyword === "digraph" || keyword === "strict") reportMistake(walk, token, MISTAKES.nestedGraph);
  else if (keyword && (afterArrow || tokens.kind[token + 1] !== TokenKind.openBracket)) {
    const fix = `Write \`${keyword} [key=value]\` to set defaults, or "${keyword}" in quotes to name a node so.`;
    reportMistake(walk, token, {
      rule: "dot_keyword",
      message: `\`${keyword}\` is a keyword and cannot stand here`,
      fix,
    });
  }
  return token + 1;
}

function checkSubgraph(walk: Walk, token: number): number {
  const brace = isId(walk.tokens, token + 1) ? token + 2 : token + 1;
  if (walk.tokens.kind[brace] === TokenKind.openBrace) return openBlock(walk, brace, "subgraph");
  reportMistake(walk, token, MISTAKES.subgraphWithoutBody);
  walk.unbalanced = true;
  return isId(walk.tokens, brace) ? openBlock(walk, brace - 1, "subgraph") : brace;
}

/** A statement that begins where the one before it is not over: most likely an `->` or `=` was forgotten between them. */
function checkJoin(walk: Walk, token: number, block: Block): void {
  const { tokens, closed } = walk;
  const { kind, line } = tokens;
  if (!sameLineAsNext(tokens, token - 1)) return;
  const afterValue = kind[token - 2] === TokenKind.equals;
  const afterName = isId(tokens, token - 1) && !afterValue && keywordOf(tokens, token - 1) === null;
  const afterGroup =
    kind[token - 1] === TokenKind.closeBrace &&
    closed?.kind === "group" &&
    closed.plain &&
    line[closed.open] === line[token];
  if (!afterName && !afterGroup) return;
  // `start -> a a -> exit`: nobody means `a -> a` by it. Two other names most likely miss an arrow.
  const afterEdge = isId(tokens, token - 1) && kind[token - 2] === TokenKind.arrow;
  const goesOn = kind[token + 1] === TokenKind.arrow && rawText(tokens, token - 1) === rawText(tokens, token);
  if (afterEdge && goesOn) return;
  const opensBlock = kind[token] === TokenKind.openBrace || keywordOf(tokens, token) !== null;
  const listsNodes =
    block.kind === "group" || (block.kind === "subgraph" && line[block.open] === line[token]);
  if (afterName && opensBlock) reportMistake(walk, token, MISTAKES.blockAfterName);
  else if (!listsNodes) {
    const withString = kind[token] === TokenKind.string || kind[token - 1] === TokenKind.string;
    reportMistake(walk, token, withString ? MISTAKES.stringAfterName : MISTAKES.namesSideBySide);
  }
}

function checkAssignment(walk: Walk, equals: number): number {
  const { tokens } = walk;
  if (!isId(tokens, equals - 1)) reportMistake(walk, equals, MISTAKES.nothingBeforeEquals);
  const value = equals + 1;
  const next = value + 1;
  if (!isId(tokens, value)) {
    reportMistake(walk, equals, MISTAKES.nothingAfterEquals);
    return value;
  }
  if (!isId(tokens, next) || !sameLineAsNext(tokens, value)) return next;
  if (keywordOf(tokens, next) || tokens.kind[next + 1] === TokenKind.equals) return next;
  reportMistake(walk, next, MISTAKES.unquotedWords);
  return next + 1;
}

function refusePort(walk: Walk, colon: number): number {
  reportMistake(walk, colon, MISTAKES.port);
  let token = colon;
  while (walk.tokens.kind[token] === TokenKind.colon) token += isId(walk.tokens, token + 1) ? 2 : 1;
  return token;
}

function openBlock(walk: Walk, brace: number, kind: "subgraph" | "group"): number {
  walk.blocks.push({ open: brace, kind, edge: false, plain: true });
  if (walk.blocks.length <= MAX_DEPTH) return brace + 1;
  const message = `blocks are nested deeper than ${MAX_DEPTH}`;
  reportMistake(walk, brace, { rule: "dot_limit", message, fix: "Flatten the subgraphs." });
  walk.unbalanced = true;
  walk.blocks.length = 0;
  return walk.tokens.kind.length;
}

function reportUnclosed(walk: Walk, graphBrace: number): void {
  const { at, openedAt } = findUnclosed(walk.tokens, graphBrace);
  const message = `the block that opens at line ${openedAt.line} is not closed here`;
  walk.diagnostics.push(syntaxError(at, { rule: "dot_brackets", message, fix: "Close it with `}`." }));
  walk.unbalanced = true;
}

function checkTail(walk: Walk, afterGraph: number): void {
  const { tokens } = walk;
  let token = afterGraph;
  while (tokens.kind[token] === TokenKind.semicolon) token++;
  if (token >= tokens.kind.length) return;
  walk.unbalanced = true;
  const keyword = keywordOf(tokens, token);
  const second = keyword === "digraph" || keyword === "graph" || keyword === "strict";
  reportMistake(walk, token, second ? MISTAKES.secondGraph : MISTAKES.textAfterGraph);
}
