/** Splits a reason into tokens in one pass; everything after works on tokens, never on the whole text. */
import { stem } from "./words.ts";

export interface Token {
  readonly text: string;
  readonly lower: string;
  readonly stem: string;
  /** Nothing but small letters: a word of prose, most likely. */
  readonly plain: boolean;
  /** The quote it stands alone in, else "". */
  readonly quote: string;
  /** The characters right before and after it, "" at a line's end. */
  readonly before: string;
  readonly after: string;
  readonly line: number;
  /** Its stretch of the line. */
  readonly at: number;
  readonly end: number;
}

export interface Phrase {
  readonly from: number;
  readonly to: number;
  readonly text: string;
}

export interface Scan {
  readonly tokens: readonly Token[];
  /** Quoted spans of several tokens, as half-open token ranges. */
  readonly phrases: readonly Phrase[];
}

const LONGEST_TOKEN = 160;
const LONGEST_PHRASE = 160;

export const isDigit = (c: number): boolean => c >= 48 && c <= 57;
export const isLetter = (c: number): boolean =>
  (c >= 97 && c <= 122) ||
  (c >= 65 && c <= 90) ||
  (c >= 0xc0 && c < 0x2000 && c !== 0xd7 && c !== 0xf7) ||
  (c >= 0x3040 && c < 0xfe00);

/** _ . / \ : @ - $ % + ~ # hold a token together. */
const JOINERS = new Set([95, 46, 47, 92, 58, 64, 45, 36, 37, 43, 126, 35]);
/** . : - / \ + # ~ at its end are punctuation. */
const TRAILING = new Set([46, 58, 45, 47, 92, 43, 35, 126]);
const inToken = (c: number): boolean => isLetter(c) || isDigit(c) || JOINERS.has(c);
const isApostrophe = (line: string, at: number): boolean =>
  line.charCodeAt(at) === 39 && isLetter(line.charCodeAt(at - 1)) && isLetter(line.charCodeAt(at + 1));

export function scan(text: string): Scan {
  const tokens: Token[] = [];
  const phrases: Phrase[] = [];
  text.split("\n").forEach((line, number) => {
    scanLine(line, number, tokens, phrases);
  });
  return { tokens, phrases };
}

interface Quote {
  readonly mark: string;
  readonly from: number;
  readonly end: number;
  /** The first token in it. */
  readonly first: number;
}

function scanLine(line: string, number: number, tokens: Token[], phrases: Phrase[]): void {
  const nextQuote = quoteFinder(line);
  let quote: Quote | null = null;
  for (let i = 0; i < line.length; ) {
    if (quote !== null && i === quote.end) {
      closeQuote(line, quote, tokens, phrases);
      quote = null;
      i++;
      continue;
    }
    const c = line.charCodeAt(i);
    if (inToken(c)) {
      const limit: number = quote === null ? line.length : quote.end;
      let j = i + 1;
      while (j < limit && (inToken(line.charCodeAt(j)) || isApostrophe(line, j))) j++;
      push(line, i, j, number, tokens);
      i = j;
      continue;
    }
    const operator = OPERATORS.has(c) ? operatorAt(line, i) : "";
    if (operator !== "") {
      if (quote !== null || /^(?:for|unary|operator|operand)$/i.test(tokens.at(-1)?.text ?? ""))
        tokens.push(bare(operator, line, i, i + operator.length, number));
      i += operator.length;
      continue;
    }
    if (quote === null && (c === 34 || c === 39 || c === 96)) {
      const end = closing(line, i, nextQuote);
      if (end > i + 1 && end - i <= LONGEST_PHRASE && !isApostrophe(line, end))
        quote = { mark: line[i]!, from: i + 1, end, first: tokens.length };
    }
    i++;
  }
}

/** < > = ! * & | ^ */
const OPERATORS = new Set([60, 62, 61, 33, 42, 38, 124, 94]);

/** An operator standing by itself: one to three signs with nothing but blanks, quotes or brackets around. */
function operatorAt(line: string, from: number): string {
  let end = from;
  while (end < line.length && OPERATORS.has(line.charCodeAt(end))) end++;
  const alone = (c: string | undefined): boolean => c === undefined || " \"'`()".includes(c);
  return end - from <= 3 && alone(line[from - 1]) && alone(line[end]) ? line.slice(from, end) : "";
}

function bare(text: string, line: string, at: number, end: number, number: number): Token {
  const plain = isPlain(text);
  const lower = plain ? text : text.toLowerCase();
  return {
    text,
    lower,
    stem: stem(lower),
    plain,
    quote: "",
    before: line[at - 1] ?? "",
    after: line[end] ?? "",
    line: number,
    at,
    end,
  };
}

function isPlain(text: string): boolean {
  for (let i = 0; i < text.length; i++) {
    const c = text.charCodeAt(i);
    if (c < 97 || c > 122) return false;
  }
  return true;
}

/** Where the quotation opened at `from` ends; GNU tools open with ` and close with '. */
function closing(line: string, from: number, nextQuote: (quote: string, from: number) => number): number {
  const end = nextQuote(line[from]!, from + 1);
  if (line[from] !== "`") return end;
  const gnu = nextQuote("'", from + 1);
  const closes =
    gnu > from + 1 && (end === -1 || gnu < end) && line[gnu - 1] !== " " && !isApostrophe(line, gnu);
  return closes ? gnu : end;
}

/** The next place of each quote character, found once per stretch, so that scanning stays linear. */
function quoteFinder(line: string): (quote: string, from: number) => number {
  const next = new Map<string, number>();
  return (quote, from) => {
    let at = next.get(quote);
    if (at === undefined || (at !== -1 && at < from)) {
      at = line.indexOf(quote, from);
      next.set(quote, at);
    }
    return at;
  };
}

function closeQuote(line: string, quote: Quote, tokens: Token[], phrases: Phrase[]): void {
  const count = tokens.length - quote.first;
  if (count === 1) tokens[quote.first] = { ...tokens[quote.first]!, quote: quote.mark };
  else if (count > 1)
    phrases.push({ from: quote.first, to: tokens.length, text: line.slice(quote.from, quote.end) });
}

/** Cuts sentence punctuation off both ends; a token of punctuation alone is none. */
function push(line: string, from: number, to: number, number: number, tokens: Token[]): void {
  let at = from;
  let end = Math.min(to, from + LONGEST_TOKEN);
  while (end > at && TRAILING.has(line.charCodeAt(end - 1))) end--;
  while (at < end && line.charCodeAt(at) === 58) at++;
  let solid = false;
  for (let i = at; i < end && !solid; i++)
    solid = isLetter(line.charCodeAt(i)) || isDigit(line.charCodeAt(i));
  if (!solid) return;
  tokens.push(bare(line.slice(at, end).replaceAll("'", ""), line, at, end, number));
}
