/** The canonical form: what is left of a reason when all that differs from run to run is gone (R-BRK-1). */
import { tellingNumber } from "./numbers.ts";
import { errorCode, isFile, isTestId, isUrl, withoutPosition } from "./shapes.ts";
import { spellingOf } from "./spelled.ts";
import { titleTokens } from "./titles.ts";
import { scan, type Token } from "./tokens.ts";
import { isNumeric, isRandomId, steady, steadyPath } from "./volatile.ts";

const NUMBER = "#";
const UNITS = new Set(
  "ms s sec secs second seconds m min mins minute minutes h hour hours day days ago b byte bytes kb mb gb kib mib gib percent".split(
    " ",
  ),
);
const DATES = new Set(
  "jan feb mar apr may jun jul aug sep oct nov dec mon tue wed thu fri sat sun am pm utc gmt january february march april june july august september october november december".split(
    " ",
  ),
);

/** Stands for a line break among words. */
export const LINE = "⏎";

export interface Canonical {
  /** Equal for reasons that differ in noise or in the order of lists alone. */
  readonly key: string;
  /** The same words as they stand in the text. */
  readonly words: readonly string[];
}

export function canonical(cleaned: string): Canonical {
  const text = cleaned.replaceAll(";", "\n");
  const { tokens, phrases } = scan(text);
  const titled = titleTokens(text.split("\n"), tokens, phrases);
  const quoted = new Set(phrases.flatMap((phrase) => range(phrase.from, phrase.to - 1)));
  const lines = new Set<string>();
  const words: string[] = [];
  for (let from = 0; from < tokens.length; ) {
    let to = from;
    while (to < tokens.length && tokens[to]!.line === tokens[from]!.line) to++;
    const pieces = piecesOf(tokens, from, to, quoted, titled);
    if (pieces.length > 0) {
      lines.add(sortLists(pieces).join(" "));
      if (words.length > 0) words.push(LINE);
      for (const piece of pieces) words.push(piece.text);
    }
    from = to;
  }
  return { key: [...lines].sort().join("\n"), words };
}

const range = (from: number, to: number): number[] => Array.from({ length: to - from }, (_, i) => from + i);

interface Piece {
  readonly text: string;
  /** With the capitals that are part of a name. */
  readonly spelled: string;
  /** What parts it from the next one: a list's comma, the colon before a list, or nothing. */
  readonly gap: "" | "," | ":";
}

/** Tokens inside one quotation keep their order: `tuple[A, B]` is not `tuple[B, A]`. */
function piecesOf(
  tokens: readonly Token[],
  from: number,
  to: number,
  quoted: ReadonlySet<number>,
  titled: ReadonlySet<number>,
): Piece[] {
  const pieces: Piece[] = [];
  for (let i = from; i < to; i++) {
    const spelled = titled.has(i) ? tokens[i]!.text : steadyPiece(tokens, i);
    const text = spelled.toLowerCase();
    const previous = pieces.at(-1);
    if (previous !== undefined && LIST_WORDS.has(text)) pieces[pieces.length - 1] = { ...previous, gap: "," };
    else if (text !== "" && !isNumberDress(previous?.text, text))
      pieces.push({ text, spelled, gap: quoted.has(i) ? "" : parting(tokens, i, to) });
  }
  return pieces;
}

const LIST_WORDS = new Set(["and", "or"]);

function parting(tokens: readonly Token[], i: number, to: number): Piece["gap"] {
  const token = tokens[i]!;
  if (i + 1 >= to) return "";
  const close = tokens[i + 1]!.at - token.end <= 6;
  if (close && (token.after === "," || (token.quote !== "" && tokens[i + 1]!.quote !== ""))) return ",";
  return token.after === ":" ? ":" : "";
}

function steadyPiece(tokens: readonly Token[], i: number): string {
  const token = tokens[i]!;
  const telling = tellingNumber(tokens, i);
  if (telling !== null) return telling.key;
  if (token.plain) return token.text;
  const text = withoutPosition(token.text);
  if (isTestId(text) || isParameter(tokens, i)) return text;
  const code = errorCode(text);
  if (code !== null) return code;
  if (!isFile(text) && (isNumeric(text) || isRandomId(text))) return NUMBER;
  if (isUrl(text)) return steadyPath(text.slice(text.indexOf("://") + 3).replace(/[?#].*$/, ""));
  if (isFile(text) || text.includes("/")) return steadyPath(text);
  return spellingOf(tokens, i) === "" ? steady(text).toLowerCase() : steady(text);
}

/** `test_add[1-2]` */
const isParameter = (tokens: readonly Token[], i: number): boolean =>
  tokens[i]!.before === "[" && tokens[i - 1]?.after === "[" && isTestId(tokens[i - 1]!.text);

/** A second number in a row, its unit or the month beside it say no more than the first. */
const isNumberDress = (previous: string | undefined, piece: string): boolean =>
  (previous === NUMBER && (piece === NUMBER || UNITS.has(piece))) || DATES.has(piece);

/** Sorts lists: after a colon by whole items, elsewhere by the single words between commas. */
function sortLists(pieces: readonly Piece[]): string[] {
  const lastColon = pieces.findLastIndex((piece) => piece.gap === ":");
  const head = sortRuns(pieces.slice(0, lastColon + 1));
  const items: string[][] = [[]];
  for (const piece of pieces.slice(lastColon + 1)) {
    items.at(-1)!.push(piece.spelled);
    if (piece.gap === ",") items.push([]);
  }
  if (lastColon === -1) return sortRuns(pieces);
  return [...head, ...items.map((item) => item.join(" ")).sort()];
}

function sortRuns(pieces: readonly Piece[]): string[] {
  const out = pieces.map((piece) => piece.spelled);
  for (let from = 0; from < pieces.length; from++) {
    let to = from;
    while (to + 1 < pieces.length && pieces[to]!.gap === ",") to++;
    if (to > from) out.splice(from, to + 1 - from, ...out.slice(from, to + 1).sort());
    from = to;
  }
  return out;
}
