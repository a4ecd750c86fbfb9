/** What other programs call a command's output: said only in graphs that ask for it. */
import { bareKey } from "../graph/condition.ts";
import type { Pipeline } from "../graph/pipeline.ts";

/** As long a word as an edge waits for. */
const MOST_CHARACTERS = 10_000;

const NAMES: Readonly<Record<string, (output: string) => string>> = {
  /** tracker's. */
  tool_stdout: (output) => output.trim().slice(0, MOST_CHARACTERS),
  /** Of Microsoft's bundle. */
  "tool.last_line": (output) => (output.trimEnd().split("\n").at(-1) ?? "").trim().slice(0, MOST_CHARACTERS),
};

export function otherNames(pipeline: Pipeline, output: string): Record<string, string> {
  const asked = askedFor(pipeline);
  return Object.fromEntries(
    Object.entries(NAMES).flatMap(([name, read]) => (asked.has(name) ? [[name, read(output)]] : [])),
  );
}

const known = new WeakMap<Pipeline, ReadonlySet<string>>();

function askedFor(pipeline: Pipeline): ReadonlySet<string> {
  const before = known.get(pipeline);
  if (before) return before;
  const keys = [...pipeline.out.values()].flatMap((routes) =>
    routes.flatMap(({ condition }) => condition?.clauses.map(({ key }) => bareKey(key)) ?? []),
  );
  const asked = new Set(keys.filter((key) => Object.hasOwn(NAMES, key)));
  known.set(pipeline, asked);
  return asked;
}
