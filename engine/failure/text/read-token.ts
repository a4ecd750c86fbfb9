/** Sorts one token of a reason into its kinds. */
import { isAssertion } from "./assertions.ts";
import { commandAt, isCommandTail } from "./commands.ts";
import { isConceptWord } from "./concepts.ts";
import { nameKey, pieces, testKey, testName } from "./keys.ts";
import type { Add } from "./kinds.ts";
import type { Word } from "./links.ts";
import { isNamedWord, kindOf, NAMING_NOUNS } from "./naming.ts";
import { tellingNumber } from "./numbers.ts";
import {
  errorCode,
  isEmail,
  isException,
  isFile,
  isShapedName,
  isTestId,
  isUrl,
  withoutPosition,
} from "./shapes.ts";
import { spellingOf } from "./spelled.ts";
import type { Token } from "./tokens.ts";
import { TOOLS } from "./tools.ts";
import { isNumeric, isRandomId, steadyPath } from "./volatile.ts";
import { GLUE, stem, TYPE_NAMES } from "./words.ts";

const NOTHING: Word = { stem: "", thing: "" };
const GENERIC_EXCEPTIONS = new Set(["error", "exception", "runtimeexception", "runtimeerror"]);

const METHODS = new Set(["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD"]);
/** What is asked for: a path, whichever host has it. */
const routeOf = (url: string): string =>
  steadyPath(url.replace(/^[^:]*:\/\/[^/]*/, "").replace(/[?#].*$/, "")).toLowerCase();

/** `inTitle`: within a test's title, where only files mean what they say. */
export function readToken(tokens: readonly Token[], i: number, inTitle: boolean, add: Add): Word {
  const token = tokens[i]!;
  if (!token.plain) {
    const special = readSpecial(tokens, i, withoutPosition(token.text), inTitle, add);
    if (special !== null) return special;
  } else if (inTitle) return NOTHING;
  return readWord(tokens, i, add);
}

/** Whatever its looks alone tell; null for words and names. */
function readSpecial(
  tokens: readonly Token[],
  i: number,
  text: string,
  inTitle: boolean,
  add: Add,
): Word | null {
  if (!isFile(text) && (isNumeric(tokens[i]!.text) || isNumeric(text))) return readNumber(tokens, i, add);
  if (isUrl(text)) return METHODS.has(tokens[i - 1]?.text ?? "") ? readCompound(routeOf(text), add) : NOTHING;
  if (inTitle && !isFile(text)) return NOTHING;
  const code = errorCode(text);
  if (code === "err_assertion") return readException("assertionerror", add);
  if (code !== null) {
    add("codes", code);
    return { stem: tokens[i]!.stem, thing: "" };
  }
  if (isFile(text)) {
    const path = readFile(text.replace(/^[a-z]+:(?=[\w./-]{3})/, ""), add);
    return { stem: "", thing: path };
  }
  if (isTestId(text)) {
    const file = text.slice(0, text.indexOf("::"));
    if (isFile(file)) readFile(file, add);
    add("tests", testKey(tokens, i, text));
    add("spelled", testName(tokens, i, text));
    return NOTHING;
  }
  if (isException(text)) return readException(text.toLowerCase(), add);
  if (text.startsWith("-")) {
    readFlag(tokens, i, text, add);
    return NOTHING;
  }
  return text === "tool_command" || isEmail(text) || isRandomId(text) ? NOTHING : null;
}

/** What it is compared by; "" for a log, which is only where a failure was told. */
function readFile(text: string, add: Add): string {
  const path = steadyPath(text);
  const key = path.toLowerCase();
  if (key.endsWith(".log")) return "";
  add("files", key);
  for (const part of path.split("/")) add("spelled", part);
  return key;
}

function readNumber(tokens: readonly Token[], i: number, add: Add): Word {
  const telling = tellingNumber(tokens, i);
  if (telling === null) return { stem: "#", thing: "" };
  add(telling.kind === "status" ? "codes" : "names", telling.key);
  return { stem: "", thing: telling.kind === "status" ? "" : telling.key };
}

function readException(lower: string, add: Add): Word {
  const name = lower.slice(Math.max(lower.lastIndexOf("."), lower.lastIndexOf(":")) + 1);
  if (!GENERIC_EXCEPTIONS.has(name)) add("exceptions", name.startsWith("assertion") ? "assertion" : name);
  return { stem: stem(name), thing: "" };
}

/** `-Werror=unused-variable` names a rule; a flag of a command says little; elsewhere it is a subject. */
function readFlag(tokens: readonly Token[], i: number, text: string, add: Add): void {
  const rule = /^-W(?:error=|no-)?([a-z][\w-]+)$/.exec(text)?.[1];
  if (rule !== undefined && rule !== "error") add("names", rule);
  else if (text.startsWith("--") && !isCommandTail(tokens, i)) {
    add("names", text.toLowerCase());
    add("spelled", text);
  }
}

function readWord(tokens: readonly Token[], i: number, add: Add): Word {
  const token = tokens[i]!;
  const text = token.plain ? token.text : withoutPosition(token.text);
  const quoted = token.quote !== "";
  if (!token.plain && isAssertion(text)) return { stem: token.stem, thing: "" };
  const named = isNamedWord(tokens, i);
  const program = text.startsWith("/") ? token.lower.slice(token.lower.lastIndexOf("/") + 1) : token.lower;
  if (!quoted && !named && TOOLS.has(program)) {
    add("commands", commandAt(tokens, i));
    return { stem: token.stem, thing: "" };
  }
  if (isCommandTail(tokens, i)) return { stem: token.stem, thing: "" };
  for (const piece of pieces(token)) add("bag", piece);
  if (
    quoted ||
    named ||
    (TYPE_NAMES.has(token.lower) && tokens[i + 1]?.lower !== "of") ||
    (!token.plain && (isShapedName(text) || isRuleLike(token)))
  ) {
    const key = nameKey(text);
    add("names", key);
    add("spelled", spellingOf(tokens, i).replace(/^.*[.:/#\\]/, ""));
    return { stem: quoted ? "" : token.stem, thing: key };
  }
  if (/[^\p{L}]/u.test(text)) return readCompound(text, add);
  readProse(tokens, i, add);
  return { stem: token.stem, thing: "" };
}

/** What a word of prose says of the failure at hand. */
function readProse(tokens: readonly Token[], i: number, add: Add): void {
  const word = tokens[i]!.stem;
  const introduces = NAMING_NOUNS.has(word) && qualifies(tokens, i);
  if (introduces) add("kinds", kindOf(word));
  const common = word.length < 2 || isConceptWord(word) || GLUE.has(word) || introduces;
  if (!common) add("words", word);
}

/** "variable config": the noun only says what config is. */
const qualifies = (tokens: readonly Token[], i: number): boolean => {
  // "the CSV export" is what is done, not what CSV is.
  const isAction = (text: string): boolean => /port$/.test(tokens[i]!.stem) && /^[A-Z]+$/.test(text);
  const isName = (token: Token | undefined, at: number): boolean =>
    token !== undefined &&
    token.line === tokens[i]!.line &&
    (token.quote !== "" || (!token.plain && !isAction(token.text)) || isNamedWord(tokens, at));
  return isName(tokens[i + 1], i + 1) || isName(tokens[i - 1], i - 1) || isName(tokens[i + 2], i + 2);
};

/** `internal/flags`, `$HOME`, `#checkout` are names; `read/write` is prose. */
function readCompound(text: string, add: Add): Word {
  const parts = text.toLowerCase().split("/");
  if (parts.length === 2 && parts[0] !== "" && parts.some((part) => GLUE.has(stem(part)))) {
    for (const part of parts) if (!GLUE.has(stem(part))) add("words", stem(part));
    return NOTHING;
  }
  const key = nameKey(text);
  if (!/\p{L}/u.test(key)) return NOTHING;
  add("names", key);
  for (const part of text.split("/")) add("spelled", part);
  return { stem: "", thing: key };
}

/** `[arg-type]`, `react-hooks/exhaustive-deps`, `lodash-es`: hyphens, with at least one part that is no report word. */
function isRuleLike(token: Token): boolean {
  if (!token.lower.includes("-")) return false;
  if ((token.before === "[" && token.after === "]") || (token.before === "(" && token.after === ")"))
    return true;
  return token.lower
    .split(/[-/]/)
    .some((part) => part.length > 1 && !GLUE.has(stem(part)) && !isConceptWord(stem(part)));
}
