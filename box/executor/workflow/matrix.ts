/** Legs of a `strategy.matrix`: cross product, minus `exclude`, plus `include`, in GitHub's order. */
import { type Plain, type PlainObject, record } from "../expressions/data.ts";

const MAX_LEGS = 256;
const MAX_NAME = 100;

export interface Leg {
  readonly matrix: PlainObject;
  /** What GitHub puts in the brackets of the job's name: the values that the cross product or an own include gave. */
  readonly label: string;
}

class MatrixError extends Error {
  override readonly name = "MatrixError";
}

const isObject = (value: Plain | undefined): value is PlainObject =>
  typeof value === "object" && value !== null && !Array.isArray(value);

function listOf(value: Plain | undefined, what: string): readonly Plain[] {
  if (value === undefined) return [];
  if (!Array.isArray(value)) throw new MatrixError(`${what} must be a sequence`);
  return value;
}

function mappingsOf(value: Plain | undefined, what: string): readonly PlainObject[] {
  return listOf(value, what).map((item) => {
    if (!isObject(item)) throw new MatrixError(`${what} must hold mappings`);
    return item;
  });
}

/** A filter matches when each of its leaves equals the leg's, at any depth. */
function matches(filter: Plain, value: Plain | undefined): boolean {
  if (Array.isArray(filter)) {
    return filter.every((item, index) => matches(item, Array.isArray(value) ? value[index] : undefined));
  }
  if (isObject(filter)) {
    return Object.entries(filter).every(([key, inner]) =>
      matches(inner, isObject(value) ? value[key] : undefined),
    );
  }
  return typeof filter === "string" && typeof value === "string"
    ? filter.toLowerCase() === value.toLowerCase()
    : filter === (value ?? null);
}

function product(vectors: readonly (readonly [string, readonly Plain[]])[]): readonly PlainObject[] {
  if (vectors.length === 0) return [];
  return vectors.reduce<PlainObject[]>(
    (rows, [key, values]) => rows.flatMap((row) => values.map((value) => record({ ...row, [key]: value }))),
    [record()],
  );
}

const leavesOf = (value: Plain): readonly string[] =>
  Array.isArray(value)
    ? value.flatMap(leavesOf)
    : isObject(value)
      ? Object.values(value).flatMap(leavesOf)
      : value === null || value === ""
        ? []
        : [String(value)];

/** `before`: jobs that matrices have made in this workflow run already. */
export function expandMatrix(matrix: Plain, before = 0): readonly Leg[] {
  if (!isObject(matrix)) throw new MatrixError("the matrix must be a mapping");
  const vectors = Object.entries(matrix)
    .filter(([key]) => key !== "include" && key !== "exclude")
    .map(([key, values]) => [key, listOf(values, `Matrix vector '${key}'`)] as const);
  for (const [key, values] of vectors) {
    if (values.length === 0) throw new MatrixError(`Matrix vector '${key}' does not contain any values`);
  }
  const includes = mappingsOf(matrix.include, "Matrix include");
  if (vectors.length === 0 && includes.length === 0) {
    throw new MatrixError("Matrix must define at least one vector");
  }
  const names = new Set(vectors.map(([key]) => key));
  const excludes = mappingsOf(matrix.exclude, "Matrix exclude");
  for (const key of excludes.flatMap((filter) => Object.keys(filter))) {
    if (!names.has(key)) {
      throw new MatrixError(`Matrix exclude key '${key}' does not match any key within the matrix`);
    }
  }
  const used = new Set<PlainObject>();
  const crossed = product(vectors)
    .filter((row) => !excludes.some((filter) => matches(filter, row)))
    .map((row) => {
      const extra: [string, Plain][] = [];
      for (const include of includes) {
        const own = Object.entries(include);
        if (!matches(record(own.filter(([key]) => names.has(key))), row)) continue;
        used.add(include);
        extra.push(...own.filter(([key]) => !names.has(key)));
      }
      return { matrix: record([...Object.entries(row), ...extra]), label: leavesOf(row).join(", ") };
    });
  const added = includes
    .filter((include) => !used.has(include))
    .map((include) => ({ matrix: include, label: leavesOf(include).join(", ") }));
  const legs = [...crossed, ...added];
  if (before + legs.length > MAX_LEGS) {
    throw new MatrixError(
      `the matrix generates ${legs.length} jobs${before === 0 ? "" : ` after ${before} others`}; GitHub allows ${MAX_LEGS} for one workflow run`,
    );
  }
  return legs;
}

/** `name (a, b)`, cut to GitHub's 100 characters. */
export function legName(name: string, label: string): string {
  const full = label === "" ? name : `${name} (${label})`;
  return full.length > MAX_NAME ? `${full.slice(0, MAX_NAME - 3)}...` : full;
}
