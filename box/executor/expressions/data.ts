/** Plain values inside, GitHub's expression data at the evaluator's door. */
import { data } from "@actions/expressions";

export type Plain = string | number | boolean | null | readonly Plain[] | PlainObject;
export interface PlainObject {
  readonly [key: string]: Plain;
}

/** An object without a prototype: names come from workflow files, and `__proto__` is one of them. */
export function record(
  pairs: Iterable<readonly [string, Plain]> | Readonly<Record<string, Plain>> = [],
): PlainObject {
  const made: Record<string, Plain> = Object.create(null);
  const entries =
    Symbol.iterator in pairs ? (pairs as Iterable<readonly [string, Plain]>) : Object.entries(pairs);
  for (const [key, value] of entries) made[key] = value;
  return made;
}

/** JSON of any origin as a plain value; what JSON does not know becomes null. */
export function plainOf(value: unknown): Plain {
  if (
    value === null ||
    typeof value === "string" ||
    typeof value === "number" ||
    typeof value === "boolean"
  ) {
    return value;
  }
  if (Array.isArray(value)) return value.map(plainOf);
  if (typeof value === "object") {
    return record(Object.entries(value).map(([key, inner]) => [key, plainOf(inner)] as const));
  }
  return null;
}

const converted = new WeakMap<object, data.ExpressionData>();

export function toData(value: Plain): data.ExpressionData {
  if (value === null) return new data.Null();
  if (typeof value === "string") return new data.StringData(value);
  if (typeof value === "number") return new data.NumberData(value);
  if (typeof value === "boolean") return new data.BooleanData(value);
  const known = converted.get(value);
  if (known !== undefined) return known;
  const made = isList(value)
    ? new data.Array(...value.map(toData))
    : new data.Dictionary(...Object.entries(value).map(([key, inner]) => ({ key, value: toData(inner) })));
  converted.set(value, made);
  return made;
}

export function toPlain(value: data.ExpressionData): Plain {
  switch (value.kind) {
    case data.Kind.String:
    case data.Kind.Number:
    case data.Kind.Boolean:
      return (value as data.StringData | data.NumberData | data.BooleanData).value;
    case data.Kind.Array:
      return (value as data.Array).values().map(toPlain);
    case data.Kind.Dictionary:
      return record(
        (value as data.Dictionary).pairs().map((pair) => [pair.key, toPlain(pair.value)] as const),
      );
    default:
      return null;
  }
}

const isList = (value: readonly Plain[] | PlainObject): value is readonly Plain[] => Array.isArray(value);
