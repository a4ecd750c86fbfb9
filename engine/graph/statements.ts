/** Mistakes that the grammar takes for something else, found before it is asked; what is well formed is left to it. */
import { checkAttributes } from "./attribute-list.ts";
import { findUnclosed } from "./braces.ts";
import { keywordOf } from "./keywords.ts";
import { MAX_DEPTH } from "./limits.ts";
import { MISTAKES, type Mistake } from "./mistakes.ts";
import type { Diagnostic } from "./model.ts";
import { syntaxError } from "./syntax-error.ts";
import { isId, Kind, positionOf, rawText, sameLineAsNext, type Tokens } from "./tokens.ts";

interface Block {
  readonly open: number;
  readonly kind: "graph" | "subgraph" | "group";
  /** Whether the current statement is an edge. */
  edge: boolean;
}

export interface Check {
  readonly tokens: Tokens;
  readonly diagnostics: Diagnostic[];
  /** Set when brackets or braces do not match: the grammar would only repeat it in other words. */
  unbalanced: boolean;
}

interface Walk extends Check {
  readonly blocks: Block[];
  /** The block that the last `}` closed. */
  closed: Block | null;
}

const MAX_REPORTED = 200;

export function checkStatements(tokens: Tokens, graphBrace: number): Check {
  const graph: Block = { open: graphBrace, kind: "graph", edge: false };
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
  switch (tokens.kind[token]) {
    case Kind.word:
    case Kind.string:
      return checkWord(walk, token, block);
    case Kind.openBrace:
      checkJoin(walk, token, block);
      return openBlock(walk, token, "group");
    case Kind.closeBrace:
      walk.closed = blocks.pop()!;
      return token + 1;
    case Kind.openBracket:
      if (tokens.kind[token - 1] === Kind.closeBrace && !block.edge)
        report(walk, token, MISTAKES.blockWithAttributes);
      return checkAttributes(walk, token);
    case Kind.equals:
      return checkAssignment(walk, token);
    case Kind.colon:
      return refusePort(walk, token);
    case Kind.line:
      report(walk, token, MISTAKES.undirectedEdge);
      block.edge = true;
      return token + 1;
    case Kind.arrow:
      block.edge = true;
      return token + 1;
    case Kind.semicolon:
      block.edge = false;
      return token + 1;
    default: {
      const message = `\`${rawText(tokens, token)}\` stands outside of any attribute list`;
      report(walk, token, { rule: "dot_brackets", message, fix: "Open the list with `[`, or remove it." });
      return token + 1;
    }
  }
}

function checkWord(walk: Walk, token: number, block: Block): number {
  const { tokens } = walk;
  const keyword = keywordOf(tokens, token);
  const afterArrow = tokens.kind[token - 1] === Kind.arrow || tokens.kind[token - 1] === Kind.line;
  if (keyword === null || keyword === "subgraph") checkJoin(walk, token, block);
  if (!afterArrow) block.edge = false;
  if (keyword === "subgraph") return checkSubgraph(walk, token);
  if (keyword === "digraph" || keyword === "strict") report(walk, token, MISTAKES.nestedGraph);
  else if (keyword && (afterArrow || tokens.kind[token + 1] !== Kind.openBracket)) {
    const fix = `Write \`${keyword} [key=value]\` to set defaults, or "${keyword}" in quotes to name a node so.`;
    report(walk, token, {
      rule: "dot_keyword",
      message: `\`${keyword}\` is a keyword and cannot stand here`,
      fix,
    });
  }
  return token + 1;
}

function checkSubgraph(walk: Walk, token: number): number {
  const brace = isId(walk.tokens, token + 1) ? token + 2 : token + 1;
  if (walk.tokens.kind[brace] === Kind.openBrace) return openBlock(walk, brace, "subgraph");
  report(walk, token, MISTAKES.subgraphWithoutBody);
  walk.unbalanced = true;
  return brace;
}

/** A statement that begins where the one before it is not over: most likely an `->` or `=` was forgotten between them. */
function checkJoin(walk: Walk, token: number, block: Block): void {
  const { tokens, closed } = walk;
  const { kind, line } = tokens;
  if (!sameLineAsNext(tokens, token - 1)) return;
  const afterValue = kind[token - 2] === Kind.equals;
  const afterName = isId(tokens, token - 1) && !afterValue && keywordOf(tokens, token - 1) === null;
  const afterGroup =
    kind[token - 1] === Kind.closeBrace && closed?.kind === "group" && line[closed.open] === line[token];
  if (!afterName && !afterGroup) return;
  const opensBlock = kind[token] === Kind.openBrace || keywordOf(tokens, token) !== null;
  const listsNodes =
    block.kind === "group" || (block.kind === "subgraph" && line[block.open] === line[token]);
  if (afterName && opensBlock) report(walk, token, MISTAKES.blockAfterName);
  else if (afterGroup || !listsNodes) {
    const withString = kind[token] === Kind.string || kind[token - 1] === Kind.string;
    report(walk, token, withString ? MISTAKES.stringAfterName : MISTAKES.namesSideBySide);
  }
}

function checkAssignment(walk: Walk, equals: number): number {
  const { tokens } = walk;
  if (!isId(tokens, equals - 1)) report(walk, equals, MISTAKES.nothingBeforeEquals);
  const value = equals + 1;
  const next = value + 1;
  if (!isId(tokens, value)) {
    report(walk, equals, MISTAKES.nothingAfterEquals);
    return value;
  }
  if (!isId(tokens, next) || !sameLineAsNext(tokens, value)) return next;
  if (keywordOf(tokens, next) || tokens.kind[next + 1] === Kind.equals) return next;
  report(walk, next, MISTAKES.unquotedWords);
  return next + 1;
}

function refusePort(walk: Walk, colon: number): number {
  report(walk, colon, MISTAKES.port);
  let token = colon;
  while (walk.tokens.kind[token] === Kind.colon) token += isId(walk.tokens, token + 1) ? 2 : 1;
  return token;
}

function openBlock(walk: Walk, brace: number, kind: "subgraph" | "group"): number {
  walk.blocks.push({ open: brace, kind, edge: false });
  if (walk.blocks.length <= MAX_DEPTH) return brace + 1;
  const message = `blocks are nested deeper than ${MAX_DEPTH}`;
  report(walk, brace, { rule: "dot_limit", message, fix: "Flatten the subgraphs." });
  walk.unbalanced = true;
  walk.blocks.length = 0;
  return walk.tokens.kind.length;
}

function reportUnclosed(walk: Walk, graphBrace: number): void {
  const { at, openedAt } = findUnclosed(walk.tokens, graphBrace);
  const message = `the block that opens at line ${openedAt.line} is not closed here`;
  walk.diagnostics.push(syntaxError("dot_brackets", at, message, "Close it with `}`."));
  walk.unbalanced = true;
}

function checkTail(walk: Walk, afterGraph: number): void {
  const { tokens } = walk;
  let token = afterGraph;
  while (tokens.kind[token] === Kind.semicolon) token++;
  if (token >= tokens.kind.length) return;
  walk.unbalanced = true;
  const keyword = keywordOf(tokens, token);
  const second = keyword === "digraph" || keyword === "graph" || keyword === "strict";
  report(walk, token, second ? MISTAKES.secondGraph : MISTAKES.textAfterGraph);
}

function report(walk: Walk, token: number, { rule, message, fix }: Mistake): void {
  walk.diagnostics.push(syntaxError(rule, positionOf(walk.tokens, token), message, fix));
}
