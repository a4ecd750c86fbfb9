/**
 * Tokens -> the shortest text that the grammar reads the same way: every name or value becomes the same letter and is
 * taken back afterwards by its order. No keyword begins with one of the three letters.
 */
import { keywordOf } from "./keywords.ts";
import { isId, TokenKind, type Tokens } from "./tokens.ts";

/** A name or value. */
export const NAME = "T";
/** A block: its body is a further digraph, since the grammar reads nested ones twice per level. */
export const BLOCK = "Z";
/** Where a long chain of edges is cut and goes on in the next statement, since the grammar recurses over it. */
export const CUT = "C";
const CHAIN_LENGTH = 200;
export const OPEN = "digraph{";
/** After a name. */
const NEXT_NAME = ` ${NAME}`;
const BLOCK_TEXT = ` ${BLOCK}`;

interface Block {
  /** Token of the opening brace. */
  readonly open: number;
  /** Token of its name, or null. */
  readonly name: number | null;
}

/** One digraph of the text. */
interface Body {
  /** The text of each statement, without what opens and closes the digraph. */
  readonly statements: string[];
  /** What has been read of the statement that is not over; at the end, the closing brace. */
  last: string;
  /** Where each piece of the text ends and which token it stands for; null when nobody asked. */
  readonly places: Places | null;
  /** Edge operators since the last cut. */
  arrows: number;
}

interface Places {
  length: number;
  readonly ends: number[];
  readonly tokens: number[];
}

export interface Placeheld {
  /** The graph's own body, then that of each block. */
  readonly bodies: readonly Body[];
  /** Tokens of the names and values in source order; those of the graph and of blocks are left out. */
  readonly ids: readonly number[];
  /** In source order. */
  readonly blocks: readonly Block[];
}

const TEXT: Readonly<Record<number, string>> = {
  [TokenKind.arrow]: "->",
  [TokenKind.line]: "--",
  [TokenKind.openBracket]: "[",
  [TokenKind.closeBracket]: "]",
  [TokenKind.equals]: "=",
  [TokenKind.comma]: ",",
  [TokenKind.semicolon]: ";",
  [TokenKind.colon]: ":",
};

/**
 * `left` says which tokens to leave out: those of statements that already failed. `placed`: whether `tokenAt` will be asked.
 * Two names side by side, a closed list and a `;` end a statement, so that the grammar can be asked for each alone.
 */
export function placehold(
  tokens: Tokens,
  graphBrace: number,
  left: ReadonlySet<number>,
  placed: boolean,
): Placeheld {
  const { kind } = tokens;
  const ids: number[] = [];
  const blocks: Block[] = [];
  let body = openBody(graphBrace, placed);
  const bodies: Body[] = [body];
  const enclosing: Body[] = [];
  let inBrackets = false;
  let previous: number = TokenKind.openBrace;

  for (let token = graphBrace + 1; token < kind.length; token++) {
    if (left.has(token)) continue;
    let current = kind[token]!;
    const keyword = inBrackets || previous === TokenKind.equals ? null : keywordOf(tokens, token);
    if (keyword === "subgraph" || current === TokenKind.openBrace) {
      const first = token;
      const name = keyword && isId(tokens, token + 1) ? token + 1 : null;
      if (keyword) token = (name ?? token) + 1;
      if (ends(previous)) endStatement(body);
      emit(body, BLOCK_TEXT, first);
      blocks.push({ open: token, name });
      enclosing.push(body);
      body = openBody(token, placed);
      bodies.push(body);
      current = TokenKind.openBrace;
    } else if (current === TokenKind.closeBrace) {
      endStatement(body);
      emit(body, "}", token);
      const outer = enclosing.pop();
      if (!outer) break;
      body = outer;
    } else if (current === TokenKind.word || current === TokenKind.string) {
      if (!inBrackets && ends(previous)) endStatement(body);
      if (keyword && kind[token + 1] === TokenKind.openBracket) emit(body, ` ${keyword}`, token);
      else {
        emit(body, touches(previous) ? NEXT_NAME : NAME, token);
        ids.push(token);
      }
    } else if (current === TokenKind.arrow && ++body.arrows > CHAIN_LENGTH) {
      body.arrows = 1;
      emit(body, `->${CUT} `, token);
      endStatement(body);
      emit(body, `${CUT}->`, token);
    } else if (
      current !== TokenKind.semicolon ||
      (previous !== TokenKind.semicolon && previous !== TokenKind.openBrace)
    ) {
      emit(body, TEXT[current]!, token);
    }
    if (current === TokenKind.openBracket) inBrackets = true;
    else if (current === TokenKind.closeBracket) inBrackets = false;
    previous = current;
  }
  return { bodies, ids, blocks };
}

/** The text of each body, as the grammar reads it whole. */
export const wholeText = ({ statements, last }: Body): string => `${OPEN}${statements.join("")}${last}`;

/** The token that stands at an offset of all bodies' text taken together. */
export function tokenAt({ bodies }: Placeheld, offset: number): number {
  let start = 0;
  for (const { places } of bodies) {
    const { length, ends, tokens } = places!;
    const piece = ends.findIndex((end) => offset < start + end);
    if (piece >= 0) return tokens[piece]!;
    start += length;
  }
  return bodies.at(-1)!.places!.tokens.at(-1)!;
}

function openBody(brace: number, placed: boolean): Body {
  const places = placed ? { length: OPEN.length, ends: [OPEN.length], tokens: [brace] } : null;
  return { statements: [], last: "", places, arrows: 0 };
}

function emit(body: Body, piece: string, token: number): void {
  body.last += piece;
  if (body.places === null) return;
  body.places.length += piece.length;
  body.places.ends.push(body.places.length);
  body.places.tokens.push(token);
}

function endStatement(body: Body): void {
  if (body.last !== "") body.statements.push(body.last);
  body.last = "";
}

/** Whether a name after this begins a statement. */
function ends(previous: number): boolean {
  return touches(previous) || previous === TokenKind.closeBracket || previous === TokenKind.semicolon;
}

function touches(previous: number): boolean {
  return previous === TokenKind.word || previous === TokenKind.string || previous === TokenKind.closeBrace;
}
