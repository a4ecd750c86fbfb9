/** Values of a workflow file's nodes: literals as they are, `${{ }}` evaluated. Errors carry line and column. */
import { data } from "@actions/expressions";
import type { MappingToken, TemplateToken } from "@actions/workflow-parser/templates/tokens/index";
import { type Plain, record, toData, toPlain } from "./data.ts";
import { evaluateData, type Scope } from "./evaluate.ts";

class TemplateError extends Error {
  override readonly name = "TemplateError";
}

/** `TokenType` of the parser, which is an enum that does not survive type stripping. */
const TYPE = {
  string: 0,
  sequence: 1,
  mapping: 2,
  expression: 3,
  insert: 4,
  boolean: 5,
  number: 6,
  null: 7,
} as const;

export const at = (token: TemplateToken): string =>
  token.line === undefined ? "" : `(Line: ${token.line}, Col: ${token.col}): `;

export const fail = (token: TemplateToken, message: string): never => {
  throw new TemplateError(`${at(token)}${message}`);
};

export const isMapping = (token: TemplateToken): token is MappingToken =>
  token.templateTokenType === TYPE.mapping;

/** The pairs of a mapping whose keys are literal, in file order. */
export function pairsOf(token: TemplateToken | undefined): (readonly [string, TemplateToken])[] {
  if (token === undefined || token.templateTokenType === TYPE.null) return [];
  return [...token.assertMapping("mapping")].map(({ key, value }) => [literal(key), value] as const);
}

export const itemsOf = (token: TemplateToken): readonly TemplateToken[] => [
  ...token.assertSequence("sequence"),
];

/** A scalar that takes no expression. */
export function literal(token: TemplateToken): string {
  if (token.isExpression) return fail(token, "an expression is not allowed here");
  return token.assertScalar("value").toString();
}

export const isExpression = (token: TemplateToken): boolean => token.isExpression;

const isNull = (token: TemplateToken): boolean => token.templateTokenType === TYPE.null;

export const isSequence = (token: TemplateToken): boolean => token.templateTokenType === TYPE.sequence;

/** A scalar as the file has it, expressions and all. */
export const asWritten = (token: TemplateToken): string =>
  (token as unknown as { readonly source?: string }).source ?? token.assertScalar("value").toString();

function renderData(token: TemplateToken, scope: Scope): data.ExpressionData {
  switch (token.templateTokenType) {
    case TYPE.string:
      return new data.StringData(token.assertString("value").value);
    case TYPE.number:
      return new data.NumberData(token.assertNumber("value").value);
    case TYPE.boolean:
      return new data.BooleanData(token.assertBoolean("value").value);
    case TYPE.null:
      return new data.Null();
    case TYPE.sequence:
      return toData(itemsOf(token).map((item) => render(item, scope)));
    case TYPE.mapping:
      return toData(
        record(
          [...token.assertMapping("mapping")].map(
            ({ key, value }) => [renderString(key, scope), render(value, scope)] as const,
          ),
        ),
      );
    case TYPE.insert:
      return fail(token, "the insert expression is not supported by the box: write the keys out");
    default:
      try {
        return evaluateData((token as unknown as { readonly expression: string }).expression, scope);
      } catch (cause) {
        throw new TemplateError(`${at(token)}${messageOf(cause)}`, { cause });
      }
  }
}

export const render = (token: TemplateToken, scope: Scope): Plain => toPlain(renderData(token, scope));

/** As GitHub turns values into text: null is "", a number has no needless digits. */
export const renderString = (token: TemplateToken, scope: Scope): string =>
  renderData(token, scope).coerceString();

export function renderBoolean(token: TemplateToken, scope: Scope): boolean {
  const value = render(token, scope);
  return typeof value === "boolean"
    ? value
    : fail(token, `Unexpected value '${String(value)}': a boolean is needed`);
}

/** Strict as on GitHub: a text that looks like a number is refused, `fromJSON` makes it one. */
export function renderNumber(token: TemplateToken, scope: Scope): number {
  const value = render(token, scope);
  return typeof value === "number"
    ? value
    : fail(token, `Unexpected value '${String(value)}': a number is needed`);
}

/** A mapping of texts (`env:`, `with:`, `outputs:`), which may be one expression as a whole. */
export function renderStrings(token: TemplateToken | undefined, scope: Scope): Map<string, string> {
  if (token === undefined || isNull(token)) return new Map();
  if (isMapping(token)) {
    return new Map(
      [...token].map(({ key, value }) => [renderString(key, scope), renderString(value, scope)]),
    );
  }
  const whole = renderData(token, scope);
  if (whole.kind !== data.Kind.Dictionary) return fail(token, "Unexpected value: a mapping is needed");
  return new Map((whole as data.Dictionary).pairs().map((pair) => [pair.key, pair.value.coerceString()]));
}

export const messageOf = (cause: unknown): string => (cause instanceof Error ? cause.message : String(cause));
