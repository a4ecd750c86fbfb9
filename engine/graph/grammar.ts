/** Asks dotparser, and puts its "expected … but found …" into words about the author's text. */
import { askDotparser } from "./ask-dotparser.ts";
import type { Diagnostic } from "./model.ts";
import { OPEN, type Placeheld, placehold, tokenAt, wholeText } from "./placeholders.ts";
import { plainStatement } from "./plain-statement.ts";
import type { StatementTree } from "./statement-tree.ts";
import { excerpt, type Mistake, syntaxError } from "./syntax-error.ts";
import { positionOf, rawText, sameLineAsNext, TokenKind, type Tokens } from "./tokens.ts";

export interface GrammarTrees extends Pick<Placeheld, "ids" | "blocks"> {
  /** Those of the graph itself, then of each block. Statements of one form are one tree. */
  readonly statements: readonly (readonly StatementTree[])[];
}

const MAX_ERRORS = 10;
/** Looking for a second error costs another parse. */
const MAX_TOKENS_TO_REPEAT = 20_000;

export function readStatements(
  tokens: Tokens,
  graphBrace: number,
): { trees: GrammarTrees | null; diagnostics: Diagnostic[] } {
  const trees = treesOf(placehold(tokens, graphBrace, new Set(), false));
  return { trees, diagnostics: trees === null ? errorsOf(tokens, graphBrace) : [] };
}

/** Each form of statement is read once: a graph of 20,000 stages has a handful of them. Null when one is refused. */
function treesOf({ bodies, ids, blocks }: Placeheld): GrammarTrees | null {
  const forms = new Map<string, readonly StatementTree[]>();
  const asked: string[] = [];
  for (const body of bodies)
    for (const text of body.statements) {
      if (forms.has(text)) continue;
      const plain = plainStatement(text);
      forms.set(text, plain === null ? [] : [plain]);
      if (plain === null) asked.push(text);
    }
  if (asked.length > 0) {
    const read = askDotparser(asked.map((text) => `${OPEN}${text}}`).join(""));
    if ("failedAt" in read) return null;
    for (const [at, text] of asked.entries()) forms.set(text, read.graphs[at]!.children);
  }
  const statements = bodies.map((body) => body.statements.flatMap((text) => forms.get(text)!));
  return { ids, blocks, statements };
}

/** Of the text as a whole, so that each has the place where reading it stopped. */
function errorsOf(tokens: Tokens, graphBrace: number): Diagnostic[] {
  const diagnostics: Diagnostic[] = [];
  const left = new Set<number>();
  const limit = tokens.kind.length > MAX_TOKENS_TO_REPEAT ? 1 : MAX_ERRORS;
  for (let round = 0; round < limit; round++) {
    const placeheld = placehold(tokens, graphBrace, left, true);
    const read = askDotparser(placeheld.bodies.map(wholeText).join(""));
    if (!("failedAt" in read)) break;
    const token = tokenAt(placeheld, read.failedAt);
    if (left.has(token - 1)) break;
    diagnostics.push(describe(tokens, token));
    if (!leaveLine(tokens, graphBrace, token, left)) break;
  }
  return diagnostics;
}

function describe(tokens: Tokens, token: number): Diagnostic {
  return syntaxError(positionOf(tokens, token), { rule: "dot_syntax", ...judge(tokens, token) });
}

function judge(tokens: Tokens, token: number): Omit<Mistake, "rule"> {
  const { kind } = tokens;
  const found = excerpt(rawText(tokens, token));
  if (kind[token] === TokenKind.arrow && kind[token - 1] === TokenKind.closeBracket) {
    const fix = "Put attributes last: `a -> b -> c [key=value]`.";
    return { message: "an edge goes on after its attributes", fix };
  }
  if (kind[token] === TokenKind.arrow)
    return { message: "no node stands before `->`", fix: "Write `a -> b`." };
  if (kind[token - 1] === TokenKind.arrow)
    return { message: `\`->\` must be followed by a node, not \`${found}\``, fix: "Write `a -> b`." };
  return {
    message: `\`${found}\` cannot follow \`${excerpt(rawText(tokens, token - 1))}\``,
    fix: "Write `name [key=value]`, `a -> b [key=value]` or `key = value`.",
  };
}

/** Passes over the line of an error so that the next one can be found; false when braces would no longer match. */
function leaveLine(tokens: Tokens, graphBrace: number, failed: number, left: Set<number>): boolean {
  let first = failed;
  while (first - 1 > graphBrace && sameLineAsNext(tokens, first - 1)) first--;
  let after = failed + 1;
  while (after < tokens.kind.length && sameLineAsNext(tokens, after - 1)) after++;
  let depth = 0;
  for (let token = first; token < after; token++) {
    const kind = tokens.kind[token];
    if (kind === TokenKind.openBrace || kind === TokenKind.openBracket) depth++;
    if (kind === TokenKind.closeBrace || kind === TokenKind.closeBracket) depth--;
    if (depth < 0) return false;
    left.add(token);
  }
  return depth === 0;
}
