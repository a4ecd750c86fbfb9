/** Errors of the parser, expected where the text marks them. */
import { expect } from "vitest";
import { parse } from "../../engine/graph/parse.ts";

/** Each `¦` marks where an error is expected: exactly there, in this order, and no other. */
export function expectErrors(marked: string, ...expected: (readonly [rule: string, fix: RegExp])[]): void {
  const offsets = [...marked.matchAll(/¦/g)].map(({ index }, before) => index - before);
  const source = marked.replaceAll("¦", "");
  const { graph, diagnostics } = parse(source);
  expect(diagnostics.map(({ rule, at }) => [rule, at.offset])).toEqual(
    expected.map(([rule], i) => [rule, offsets[i]]),
  );
  for (const [i, [, fix]] of expected.entries()) expect(diagnostics[i]?.fix).toMatch(fix);
  for (const { severity, message, at } of diagnostics) {
    const before = source.slice(0, at.offset).split("\n");
    expect([at.line, at.column]).toEqual([before.length, before.at(-1)!.length + 1]);
    expect(severity).toBe("error");
    expect(message).not.toBe("");
  }
  expect(graph).toBeNull();
}
