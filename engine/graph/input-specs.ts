/** Declared inputs: `inputs="a, b"` names them, `input.<key>.type` and its like say what each may be. */
import { textOf } from "./attributes.ts";
import { compilePattern, patternMatches } from "./condition/pattern.ts";
import { INPUT_TYPES, type InputType } from "./input-types.ts";
import type { Attrs } from "./model.ts";
import { problemOf } from "./text-error.ts";
import { parseBoolean, parseInteger, parseList, parseNumber } from "./values.ts";

export interface InputSpec {
  readonly key: string;
  readonly type: InputType;
  /** For whoever is asked for it. */
  readonly label: string;
  readonly pattern: string | null;
  readonly default: string | null;
  readonly choices: readonly string[];
}

const KEYED = /^input\.([A-Za-z_][A-Za-z0-9_]*)\.[a-z]+$/;
/** A secret is never a value: it is the name of the variable that holds it. */
const VARIABLE = /^[A-Za-z_][A-Za-z0-9_]*$/;

export function readInputSpecs(attrs: Attrs): InputSpec[] {
  const described = [...attrs.keys()].flatMap((name) => KEYED.exec(name)?.[1] ?? []);
  const keys = new Set([...parseList(textOf(attrs, "inputs") ?? ""), ...described]);
  return [...keys].map((key) => {
    const of = (aspect: string) => textOf(attrs, `input.${key}.${aspect}`);
    const type = INPUT_TYPES.find((known) => known === of("type")) ?? "text";
    return {
      key,
      type,
      label: of("label") ?? "",
      pattern: of("pattern"),
      default: of("default"),
      choices: parseList(of("choices") ?? ""),
    };
  });
}

/** Why a value does not do, or null. */
export function inputProblem(spec: InputSpec, value: string): string | null {
  const wrong = typeProblem(spec, value);
  if (wrong !== null) return wrong;
  if (spec.choices.length > 0 && !spec.choices.includes(value))
    return `is none of ${spec.choices.join(", ")}`;
  if (spec.pattern === null) return null;
  const pattern = patternOf(spec.pattern);
  return pattern.ok && !patternMatches(pattern.value, value) ? `does not match ${spec.pattern}` : null;
}

function typeProblem({ type }: InputSpec, value: string): string | null {
  switch (type) {
    case "integer":
      return parseInteger(value).ok ? null : "is not a whole number";
    case "number":
      return parseNumber(value).ok ? null : "is not a number";
    case "boolean":
      return parseBoolean(value).ok ? null : "is neither true nor false";
    case "file":
      return isInside(value) ? null : "is no path inside the repository";
    case "secret":
      return VARIABLE.test(value)
        ? null
        : "is not the name of an environment variable, and a secret is given by its name";
    default:
      return null;
  }
}

const isInside = (path: string): boolean =>
  path !== "" &&
  !/^(?:[/\\]|[A-Za-z]:)/.test(path) &&
  !path.split(/[/\\]/).includes("..") &&
  !path.includes("\0");

export function patternOf(text: string) {
  try {
    return { ok: true, value: compilePattern(text) } as const;
  } catch (error) {
    return problemOf(error);
  }
}
