/** Reads an attribute's text as its type says; the same for lint, which reports, and compile, which falls back. */
import type { ValueType } from "./attributes/kinds.ts";
import { type Parsed, parseDuration } from "./duration.ts";

const TRUE = new Set(["true", "1", "yes"]);
const FALSE = new Set(["false", "0", "no"]);

export function parseBoolean(text: string): Parsed<boolean> {
  const word = text.trim().toLowerCase();
  if (TRUE.has(word)) return { ok: true, value: true };
  if (FALSE.has(word)) return { ok: true, value: false };
  return {
    ok: false,
    error: `${JSON.stringify(text)} is neither true nor false`,
    fix: "write true or false",
  };
}

export function parseInteger(text: string, min = Number.MIN_SAFE_INTEGER): Parsed<number> {
  const value = /^[+-]?\d+$/.test(text.trim()) ? Number(text) : Number.NaN;
  if (!Number.isSafeInteger(value)) {
    return {
      ok: false,
      error: `${JSON.stringify(text)} is not a whole number`,
      fix: "write digits only, such as 3",
    };
  }
  if (value < min) return { ok: false, error: `${text} is too small`, fix: `write ${min} or more` };
  return { ok: true, value };
}

export function parseNumber(
  text: string,
  bounds: { above?: number; min?: number; max?: number } = {},
): Parsed<number> {
  const value = /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)$/.test(text.trim()) ? Number(text) : Number.NaN;
  if (!Number.isFinite(value)) {
    return { ok: false, error: `${JSON.stringify(text)} is not a number`, fix: "write a number such as 0.5" };
  }
  const { above, min, max } = bounds;
  const low = (above !== undefined && value <= above) || (min !== undefined && value < min);
  if (low || (max !== undefined && value > max)) {
    const range = [
      above === undefined ? "" : `more than ${above}`,
      min === undefined ? "" : `at least ${min}`,
      max === undefined ? "" : `at most ${max}`,
    ];
    const wanted = range.filter((part) => part !== "").join(" and ");
    return { ok: false, error: `${text} is out of range`, fix: `write a number that is ${wanted}` };
  }
  return { ok: true, value };
}

/** Comma-separated, trimmed, without empties. */
export function parseList(text: string): string[] {
  return text
    .split(",")
    .map((part) => part.trim())
    .filter((part) => part !== "");
}

export function parseModels(text: string): Parsed<{ provider: string; model: string }[]> {
  const models = [];
  for (const part of parseList(text)) {
    const colon = part.indexOf(":");
    const provider = part.slice(0, colon).trim();
    const model = part.slice(colon + 1).trim();
    if (colon === -1 || provider === "" || model === "") {
      return {
        ok: false,
        error: `${JSON.stringify(part)} is not a provider and a model`,
        fix: "write provider:model, several with commas between",
      };
    }
    models.push({ provider, model });
  }
  return { ok: true, value: models };
}

/** The kinds that `checkValue` has nothing to say about. */
export const takesAnyText = ({ kind }: ValueType): boolean =>
  kind === "text" || kind === "list" || kind === "condition" || kind === "stylesheet" || kind === "node";

/** Only whether the text fits: conditions, stylesheets and node references have rules of their own. */
export function checkValue(type: ValueType, text: string): Parsed<unknown> {
  switch (type.kind) {
    case "boolean":
      return parseBoolean(text);
    case "integer":
      return parseInteger(text, type.min);
    case "milliseconds":
      return checkMilliseconds(text);
    case "number":
      return parseNumber(text, type);
    case "duration":
      return parseDuration(text, type.bareSeconds);
    case "models":
      return parseModels(text);
    case "enum":
      return checkEnum(type.values, type.many ? parseList(text) : [text.trim()]);
    default:
      return { ok: true, value: text };
  }
}

function checkMilliseconds(text: string): Parsed<number> {
  const asDuration = parseDuration(text);
  if (asDuration.ok) {
    const error = `${JSON.stringify(text)} has a unit, and this key counts milliseconds`;
    return { ok: false, error, fix: `write ${asDuration.value}` };
  }
  return parseInteger(text, 0);
}

function checkEnum(values: readonly string[], given: readonly string[]): Parsed<readonly string[]> {
  const odd = given.find((value) => !values.includes(value));
  if (odd === undefined) return { ok: true, value: given };
  return {
    ok: false,
    error: `${JSON.stringify(odd)} is not known here`,
    fix: `write one of: ${values.join(", ")}`,
  };
}
