/** Asks dotparser, and puts its "expected … but found …" into words about the author's text. */
import parseDot from "dotparser";
import type { Diagnostic } from "./model.ts";
import { type Placeheld, placehold, tokenAt } from "./placeholders.ts";
import { excerpt, type Mistake, syntaxError } from "./syntax-error.ts";
import { positionOf, rawText, sameLineAsNext, TokenKind, type Tokens } from "./tokens.ts";

/** What dotparser makes of placeholders: every id is one of their three letters. */
export interface AttrTree {
  readonly id: string;
  readonly eq: string | null;
}
interface NodeTree {
  readonly id: string;
}
export type StatementTree =
  | {
      readonly type: "attr_stmt";
      readonly target: "graph" | "node" | "edge";
      readonly attr_list: readonly AttrTree[];
    }
  | { readonly type: "node_stmt"; readonly node_id: NodeTree; readonly attr_list: readonly AttrTree[] }
  | {
      readonly type: "edge_stmt";
      readonly edge_list: readonly NodeTree[];
      readonly attr_list: readonly AttrTree[];
    };

export interface GrammarTrees extends Placeheld {
  /** Those of the graph itself, then of each block. */
  readonly statements: readonly (readonly StatementTree[])[];
}

const MAX_ERRORS = 10;
/** Looking for a second error costs another parse. */
const MAX_TOKENS_TO_REPEAT = 20_000;

export function readStatements(
  tokens: Tokens,
  graphBrace: number,
): { trees: GrammarTrees | null; diagnostics: Diagnostic[] } {
  const diagnostics: Diagnostic[] = [];
  const left = new Set<number>();
  const limit = tokens.kind.length > MAX_TOKENS_TO_REPEAT ? 1 : MAX_ERRORS;
  for (let round = 0; round < limit; round++) {
    const placeheld = placehold(tokens, graphBrace, left);
    const answer = ask(placeheld);
    if ("statements" in answer)
      return { trees: round === 0 ? { ...placeheld, ...answer } : null, diagnostics };
    if (left.has(answer.failedAt - 1)) break;
    diagnostics.push(describe(tokens, answer.failedAt));
    if (!leaveLine(tokens, graphBrace, answer.failedAt, left)) break;
  }
  return { trees: null, diagnostics };
}

function ask(placeheld: Placeheld): Pick<GrammarTrees, "statements"> | { readonly failedAt: number } {
  try {
    const text = placeheld.bodies.map((body) => body.text).join("");
    const graphs = parseDot(text) as unknown as { readonly children: StatementTree[] }[];
    return { statements: graphs.map(({ children }) => children) };
  } catch (error) {
    const { location } = error as { location?: { start: { offset: number } } };
    if (!location) throw error;
    return { failedAt: tokenAt(placeheld, location.start.offset) };
  }
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
