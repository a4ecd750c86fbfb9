/** The model stylesheet: rules such as `.code { llm_model: opus; }` that fill what nodes leave open. */
import { problemOf, TextError, type TextProblem } from "./text-error.ts";
import { parseInteger } from "./values.ts";

export const STYLE_PROPERTIES = ["llm_model", "llm_provider", "reasoning_effort", "max_tokens"] as const;
/** Words of Fabro for the same. */
export const STYLE_ALIASES: ReadonlyMap<string, StyleProperty> = new Map([
  ["model", "llm_model"],
  ["provider", "llm_provider"],
]);
export type StyleProperty = (typeof STYLE_PROPERTIES)[number];

export interface StyleRule {
  /** Also the specificity: a later kind outranks an earlier one. */
  readonly kind: "any" | "shape" | "class" | "id";
  readonly name: string;
  readonly declarations: ReadonlyMap<StyleProperty, string>;
}

export type StylesheetResult = { readonly ok: true; readonly rules: readonly StyleRule[] } | TextProblem;

export function parseStylesheet(text: string): StylesheetResult {
  try {
    return { ok: true, rules: readRules({ text, at: 0 }) };
  } catch (error) {
    return problemOf(error);
  }
}

export interface Styled {
  readonly id: string;
  readonly shape: string;
  readonly classes: readonly string[];
}

/** What the stylesheet says about a node: id over class over shape over `*`, and the later rule among equals. */
export function styleFor(rules: StyleIndex, node: Styled): ReadonlyMap<StyleProperty, string> {
  const byClass = node.classes.flatMap((name) => rules.byClass.get(name) ?? []);
  const matching = [
    ...rules.any,
    ...(rules.byShape.get(node.shape) ?? []),
    ...(node.classes.length > 1 ? byClass.toSorted((a, b) => a.order - b.order) : byClass),
    ...(rules.byId.get(node.id) ?? []),
  ];
  return new Map(matching.flatMap(({ declarations }) => [...declarations]));
}

type Ordered = StyleRule & { readonly order: number };

export interface StyleIndex {
  readonly any: readonly Ordered[];
  readonly byShape: ReadonlyMap<string, readonly Ordered[]>;
  readonly byClass: ReadonlyMap<string, readonly Ordered[]>;
  readonly byId: ReadonlyMap<string, readonly Ordered[]>;
}

export function indexStyles(rules: readonly StyleRule[]): StyleIndex {
  const ordered = rules.map((rule, order) => ({ ...rule, order }));
  const named = (kind: StyleRule["kind"]) =>
    Map.groupBy(
      ordered.filter((rule) => rule.kind === kind),
      (rule) => rule.name,
    );
  return {
    any: ordered.filter((rule) => rule.kind === "any"),
    byShape: named("shape"),
    byClass: named("class"),
    byId: named("id"),
  };
}

interface Cursor {
  readonly text: string;
  at: number;
}

function readRules(cursor: Cursor): StyleRule[] {
  const rules: StyleRule[] = [];
  for (skipSpace(cursor); cursor.at < cursor.text.length; skipSpace(cursor)) {
    const selector = readSelector(cursor);
    expect(cursor, "{", `after the selector ${selector.kind === "any" ? "*" : selector.name}`);
    rules.push({ ...selector, declarations: readDeclarations(cursor) });
  }
  return rules;
}

const SELECTORS = [
  { kind: "any", pattern: /\*()/y },
  { kind: "id", pattern: /#([A-Za-z_][A-Za-z0-9_]*)/y },
  { kind: "class", pattern: /\.([A-Za-z0-9_-]+)/y },
  { kind: "shape", pattern: /([A-Za-z_][A-Za-z0-9_]*)/y },
] as const;

function readSelector(cursor: Cursor): Pick<StyleRule, "kind" | "name"> {
  for (const { kind, pattern } of SELECTORS) {
    const match = read(cursor, pattern);
    if (match !== null) return { kind, name: match[1] ?? "" };
  }
  throw new TextError(
    `expected a selector, found ${found(cursor)}`,
    cursor.at,
    "begin a rule with *, a shape such as box, .class or #node_id",
  );
}

function readDeclarations(cursor: Cursor): Map<StyleProperty, string> {
  const declarations = new Map<StyleProperty, string>();
  for (;;) {
    skipSpace(cursor);
    if (read(cursor, /\}/y) !== null) return declarations;
    const property = readProperty(cursor);
    expect(cursor, ":", `after ${property}`);
    declarations.set(property, readValue(cursor, property));
    skipSpace(cursor);
    if (read(cursor, /;/y) === null && cursor.text[cursor.at] !== "}") {
      throw new TextError(
        `expected ; or }, found ${found(cursor)}`,
        cursor.at,
        "end each declaration with ;",
      );
    }
  }
}

function readProperty(cursor: Cursor): StyleProperty {
  const start = cursor.at;
  const name = read(cursor, /[A-Za-z_-]+/y)?.[0] ?? "";
  const property = STYLE_PROPERTIES.find((known) => known === (STYLE_ALIASES.get(name) ?? name));
  if (property !== undefined) return property;
  const error = name === "" ? `expected a property, found ${found(cursor)}` : `unknown property ${name}`;
  throw new TextError(error, start, `write one of: ${STYLE_PROPERTIES.join(", ")}, or } to end the rule`);
}

function readValue(cursor: Cursor, property: StyleProperty): string {
  skipSpace(cursor);
  const start = cursor.at;
  const quoted = read(cursor, /"((?:[^"\\]|\\.)*)"/y);
  const value =
    quoted?.[1]?.replace(/\\(["\\])/g, "$1") ?? read(cursor, /[^\s;:{}"']+(?::[^\s;:{}"']+)*/y)?.[0] ?? "";
  if (value === "") {
    throw new TextError(`${property} has no value`, start, `write ${property}: value;`);
  }
  const tokens = property === "max_tokens" ? parseInteger(value, 1) : null;
  if (tokens !== null && !tokens.ok) throw new TextError(`max_tokens: ${tokens.error}`, start, tokens.fix);
  return value;
}

function expect(cursor: Cursor, symbol: string, where: string): void {
  skipSpace(cursor);
  if (cursor.text[cursor.at] !== symbol) {
    throw new TextError(
      `expected ${symbol} ${where}, found ${found(cursor)}`,
      cursor.at,
      `write ${symbol} here`,
    );
  }
  cursor.at++;
}

function read(cursor: Cursor, pattern: RegExp): RegExpExecArray | null {
  pattern.lastIndex = cursor.at;
  const match = pattern.exec(cursor.text);
  if (match !== null) cursor.at = pattern.lastIndex;
  return match;
}

/** Space, and comments of both kinds. A `//` inside a value belongs to it. */
function skipSpace(cursor: Cursor): void {
  while (read(cursor, /\s+|\/\/[^\r\n]*/y) !== null || skipComment(cursor));
}

function skipComment(cursor: Cursor): boolean {
  if (!cursor.text.startsWith("/*", cursor.at)) return false;
  const end = cursor.text.indexOf("*/", cursor.at + 2);
  if (end === -1) throw new TextError("this comment is never closed", cursor.at, "close it with */");
  cursor.at = end + 2;
  return true;
}

const found = ({ text, at }: Cursor): string =>
  at >= text.length ? "the end" : `\`${text.slice(at, at + 12).split(/\s/)[0] || text[at]}\``;
