/** A reason as atoms: what it names, by kind. Two reasons are compared by these alone. */
import { crumbOf, titleKey } from "./breadcrumbs.ts";
import { KEY_MARK } from "./clean.ts";
import { conceptsIn, type Hit, isConceptWord, THING } from "./concepts.ts";
import { isNamedWord, NAMING_NOUNS } from "./naming.ts";
import { tellingNumber } from "./numbers.ts";
import { errorCode, isException, isFile, isShapedName, isTestId, isUrl, withoutPosition } from "./shapes.ts";
import { scan, type Token } from "./tokens.ts";
import { SUBCOMMANDS, TOOLS } from "./tools.ts";
import { isNumeric, isRandomId, steady, steadyPath } from "./volatile.ts";
import { CLOSED, GLUE, stem, TYPE_NAMES } from "./words.ts";

export const KINDS = [
  "codes",
  "exceptions",
  "tests",
  "files",
  "names",
  "phrases",
  "links",
  "concepts",
  "commands",
  "tools",
  "words",
  "bag",
] as const;
export type Kind = (typeof KINDS)[number];
export type Atoms = Readonly<Record<Kind, readonly string[]>>;

const CAP: Readonly<Record<Kind, number>> = {
  codes: 8,
  exceptions: 4,
  tests: 8,
  files: 8,
  names: 16,
  phrases: 4,
  links: 8,
  commands: 3,
  tools: 4,
  concepts: 6,
  words: 24,
  bag: 64,
};

const GENERIC_EXCEPTIONS = new Set(["error", "exception", "runtimeexception", "runtimeerror"]);
export function atomsOf(cleaned: string): Atoms {
  const lines = tellingLines(cleaned);
  const { tokens, phrases } = scan(lines.join("\n"));
  const crumbs = lines.map(crumbOf);
  const found = Object.fromEntries(KINDS.map((kind) => [kind, new Set<string>()])) as Record<
    Kind,
    Set<string>
  >;
  const add = (kind: Kind, key: string): void => {
    if (key !== "" && found[kind].size < CAP[kind]) found[kind].add(key);
  };
  for (const crumb of crumbs) if (crumb !== null) add("tests", titleKey(crumb.title));
  for (const phrase of phrases) addPhrase(phrase.text, tokens.slice(phrase.from, phrase.to), lines, add);

  const stems: string[] = [];
  const things: string[] = [];
  const places: number[] = [];
  for (let i = 0; i < tokens.length; i++) {
    const token = tokens[i]!;
    const crumb = crumbs[token.line] ?? null;
    const inTitle = crumb !== null && token.at >= crumb.from && token.at < crumb.to;
    const read = token.after === KEY_MARK ? NOTHING : readToken(tokens, i, inTitle, add);
    stems.push(read.thing !== "" && read.stem === "" ? THING : read.stem || " ");
    things.push(read.thing);
    places.push(i);
    if (/[.;]/.test(token.after) || tokens[i + 1]?.line !== token.line) {
      stems.push("");
      places.push(i);
    }
  }
  for (const stated of conceptsIn(stems)) {
    const hit = { ...stated, at: places[stated.at]! };
    add("concepts", hit.concept);
    const thing = nearest(things, tokens, hit);
    if (thing !== "") add("links", `${hit.concept} ${thing}`);
  }
  return Object.fromEntries(KINDS.map((kind) => [kind, [...found[kind]]])) as unknown as Atoms;
}

type Add = (kind: Kind, key: string) => void;
interface Read {
  /** What concepts are read from. */
  readonly stem: string;
  /** The file or name that a concept can be said of. */
  readonly thing: string;
}
const NOTHING: Read = { stem: "", thing: "" };

const endsClause = (tokens: readonly Token[], i: number): boolean =>
  /[.;,]/.test(tokens[i]!.after) || tokens[i + 1]?.line !== tokens[i]!.line;

const FARTHEST = 6;

/** The thing that a concept is said of: on its side if any is near, else on the other. */
function nearest(things: readonly string[], tokens: readonly Token[], hit: Hit): string {
  const before = (): string => {
    for (let i = hit.at; i >= 0 && i >= hit.at - FARTHEST; i--) {
      if (i < hit.at && endsClause(tokens, i)) return "";
      if (things[i] !== "" && !dependsOnEarlier(things, tokens, i)) return things[i]!;
    }
    return "";
  };
  const after = (): string => {
    for (let i = hit.at + 1; i < things.length && i <= hit.at + FARTHEST; i++) {
      if (endsClause(tokens, i - 1) && tokens[i]!.line !== tokens[i - 1]!.line) return "";
      if (things[i] !== "") return things[i]!;
      if (endsClause(tokens, i)) return "";
    }
    return "";
  };
  return hit.side === "before" ? before() || after() : after() || before();
}

/** In "column x of table y" it is said of x. */
function dependsOnEarlier(things: readonly string[], tokens: readonly Token[], i: number): boolean {
  const joint = [i - 1, i - 2].find((j) => /^(?:of|in|on|from)$/i.test(tokens[j]?.text ?? ""));
  return joint !== undefined && (things[joint - 1] ?? "") !== "" && !endsClause(tokens, joint - 1);
}

/** Sorts one token into its kinds. */
function readToken(tokens: readonly Token[], i: number, inTitle: boolean, add: Add): Read {
  const token = tokens[i]!;
  const text = withoutPosition(token.text);
  const lower = text.toLowerCase();
  if (isNumeric(token.text) || isNumeric(text)) {
    const telling = tellingNumber(tokens, i);
    if (telling === null) return NOTHING;
    add(telling.kind === "port" ? "names" : "codes", telling.key);
    return { stem: "", thing: telling.kind === "port" ? telling.key : "" };
  }
  if (isUrl(text)) return NOTHING;
  const word = stem(lower);
  if (inTitle && !isFile(text)) return NOTHING;

  const code = errorCode(text);
  if (code !== null) {
    add("codes", code);
    return { stem: word, thing: "" };
  }
  if (isTestId(text)) {
    addTest(tokens, i, text, add);
    return NOTHING;
  }
  if (isException(text)) {
    const name = lower.slice(Math.max(lower.lastIndexOf("."), lower.lastIndexOf(":")) + 1);
    if (!GENERIC_EXCEPTIONS.has(name)) add("exceptions", name.startsWith("assertion") ? "assertion" : name);
    return { stem: stem(name), thing: "" };
  }
  if (isFile(text)) {
    if (lower.endsWith(".log")) return NOTHING;
    const path = steadyPath(text.replace(/^[a-z]+:(?=[\w./-]{3})/, ""));
    add("files", path);
    return { stem: "", thing: path };
  }
  if (text.startsWith("-")) {
    addFlag(tokens, i, text, add);
    return NOTHING;
  }
  const program = text.startsWith("/") ? lower.slice(lower.lastIndexOf("/") + 1) : lower;
  if (token.quote === "" && TOOLS.has(program) && !isNamedWord(tokens, i)) {
    add("tools", program);
    addCommand(tokens, i, add);
    return { stem: word, thing: "" };
  }
  if (isCommandTail(tokens, i)) return { stem: word, thing: "" };
  if (isEmail(text) || isRandomId(text)) return NOTHING;
  for (const piece of pieces(text)) add("bag", piece);
  if (
    token.quote !== "" ||
    isShapedName(text) ||
    isRuleLike(token, lower) ||
    TYPE_NAMES.has(lower) ||
    isNamedWord(tokens, i)
  ) {
    add("names", nameKey(text));
    return { stem: token.quote === "" ? word : "", thing: nameKey(text) };
  }
  if (text.includes("/")) {
    const long = text.split("/").length > 2 || /^[./]|[-_.@]/.test(text);
    add(long ? "names" : "words", nameKey(text));
    return { stem: "", thing: long ? nameKey(text) : "" };
  }
  if (!isConceptWord(word) && !GLUE.has(word) && !NAMING_NOUNS.has(word) && word.length > 1)
    add("words", word);
  return { stem: word, thing: "" };
}

/** Segments parted by `/` and volatile pieces gone, so that names can be compared from their ends. */
function nameKey(text: string): string {
  if (text.startsWith("/")) return steadyFolder(text);
  return text
    .replace(/@(?:[\^~<>=v]*\d[\w.-]*)?$/, "")
    .replace(/%2[fF]/g, "/")
    .replace(/::|[.\\:]/g, "/")
    .split("/")
    .map((part) => (isNumeric(part) || isRandomId(part) ? "" : steady(part)))
    .filter((part) => part !== "")
    .join("/")
    .toLowerCase();
}

/** A folder that the machine named says nothing. */
function steadyFolder(path: string): string {
  const steadied = steadyPath(path);
  return steadied.includes("#") ? "" : steadied;
}

function addTest(tokens: readonly Token[], i: number, text: string, add: Add): void {
  const parts = text.split("::");
  if (parts.length > 1 && isFile(parts[0]!)) add("files", steadyPath(parts[0]!));
  const last = parts.at(-1)!;
  const method = last.slice(last.lastIndexOf(".") + 1);
  const next = tokens[i + 1];
  const parameter = tokens[i]!.after === "[" && next?.before === "[" ? `[${next.text}]` : "";
  add("tests", titleKey(method + parameter));
}

/** `-Werror=unused-variable` names a rule; a flag inside a command says little; elsewhere it is a subject. */
function addFlag(tokens: readonly Token[], i: number, text: string, add: Add): void {
  const rule = /^-W(?:no-|error$)?([a-z][\w-]+)$/.exec(text)?.[1];
  if (rule !== undefined && rule !== "error") add("names", rule);
  else if (!isCommandTail(tokens, i) && text.startsWith("--")) add("names", text.toLowerCase());
}

function addCommand(tokens: readonly Token[], i: number, add: Add): void {
  const parts = [tokens[i]!.text.toLowerCase()];
  for (let j = i + 1; j < tokens.length && j < i + 4 && joined(tokens, j); j++) {
    const text = tokens[j]!.text.toLowerCase();
    if (text.startsWith("-")) break;
    if (!SUBCOMMANDS.has(text)) break;
    parts.push(text);
  }
  if (parts.length > 1) add("commands", parts.join("-"));
}

const joined = (tokens: readonly Token[], j: number): boolean => {
  const before = tokens[j - 1]!;
  return before.line === tokens[j]!.line && (before.after === " " || before.after === "");
};

/** A flag or subcommand that belongs to a tool named shortly before it. */
function isCommandTail(tokens: readonly Token[], i: number): boolean {
  const text = tokens[i]!.text.toLowerCase();
  const ofFlag = i > 0 && tokens[i - 1]!.text.startsWith("--") && joined(tokens, i);
  if (!text.startsWith("-") && !SUBCOMMANDS.has(text) && !ofFlag) return false;
  for (let j = i; j > 0 && j > i - 5; j--) {
    if (!joined(tokens, j)) return false;
    const previous = tokens[j - 1]!.text.toLowerCase();
    if (TOOLS.has(previous)) return true;
    if (
      !previous.startsWith("-") &&
      !SUBCOMMANDS.has(previous) &&
      !previous.includes("/") &&
      !previous.includes("-")
    )
      return false;
  }
  return false;
}

/** `[arg-type]`, `react-hooks/exhaustive-deps`, `lodash-es`: hyphens with at least one part that is no report word. */
function isRuleLike(token: Token, lower: string): boolean {
  if (!lower.includes("-")) return false;
  if ((token.before === "[" && token.after === "]") || (token.before === "(" && token.after === ")"))
    return true;
  return lower
    .split(/[-/]/)
    .some((part) => part.length > 1 && !GLUE.has(stem(part)) && !isConceptWord(stem(part)));
}

const isEmail = (text: string): boolean => /^[^@/]+@[^@/\d^~][^@/]*\.[a-z]{2,}$/i.test(text);

/** Quoted text of several words: a test's title where tests are spoken of, else a phrase of its own. */
function addPhrase(text: string, tokens: readonly Token[], lines: readonly string[], add: Add): void {
  const first = tokens[0]!;
  if (tokens.slice(0, 3).some((token) => TOOLS.has(token.text.toLowerCase()))) return;
  if (crumbOf(text) !== null) return;
  const content = tokens.filter(
    (token) => !isNumeric(token.text) && !CLOSED.has(stem(token.text.toLowerCase())),
  );
  const expression = expressionKey(text);
  if (expression !== "") add("names", expression);
  if (expression !== "" || content.length < 2) return;
  const spoken = /\b(?:tests?|specs?|cases?|it)\b/i.test(lines[first.line]!.replace(text, ""));
  add(spoken ? "tests" : "phrases", titleKey(text));
}

/** `dict[int, str]`, `Vec<Item>`, `a | None`: one name, whatever it is made of. */
function expressionKey(text: string): string {
  if (
    !/[[<(|]/.test(text) ||
    !/^[\w\s.*&:<>|[\],'"?=()/@-]+$/.test(text) ||
    /[a-z]{2,} [a-z]{2,} [a-z]{2,}/i.test(text)
  )
    return "";
  return text
    .toLowerCase()
    .replace(/\d+/g, "#")
    .replace(/[\s/]+/g, "");
}

function pieces(text: string): string[] {
  const parts = text
    .replace(/([a-z\d])([A-Z])/g, "$1 $2")
    .toLowerCase()
    .split(/[^\p{L}\d]+/u)
    .filter((part) => part.length > 1 && !CLOSED.has(part));
  return parts.map(stem);
}

const NOISE =
  /^(?:(?:error: )?(?:could not compile|aborting due)|(?:compiling|downloading|finished) |at |\^|\||~|\d+ *\||=? ?(?:note|help|hint)\b|see |for more |run with |stack backtrace|goroutine |> |\.{3})/i;
const MOST_LINES = 16;

/** Without stack frames, source excerpts and advice. */
function tellingLines(text: string): string[] {
  const lines = text
    .split("\n")
    .map((line) => withoutPassed(line.trim().replace(/^(?:npm (?:error|ERR!)|E {2,}|#+|[*-]) ?/, "")));
  const telling = lines.filter((line) => line !== "" && !NOISE.test(line));
  return (telling.length > 0 ? telling : lines).slice(0, MOST_LINES);
}

/** "a ✓, b ✗" is about b. */
function withoutPassed(line: string): string {
  if (!/[✓✔✅]/.test(line)) return line;
  const left = line.split(/[,;]/).filter((part) => !/[✓✔✅]/.test(part));
  return left.length === 0 ? line : left.join(",");
}
