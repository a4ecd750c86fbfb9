import fc from "fast-check";
import { expect, it } from "vitest";
import { readJson } from "../../../engine/stages/status/json.ts";

const parses = (text: string): boolean => {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
};

it("accepts exactly what JSON.parse accepts, but for depth and repeated fields, and reads the same value", () => {
  const damaged = fc.tuple(
    fc.json(),
    fc.nat(),
    fc.constantFrom("", ",", '"', "}", "]", "0", "\\", "\n", "-", "e"),
  );
  const text = fc.oneof(
    fc.json({ maxDepth: 4 }),
    damaged.map(
      ([json, at, put]) =>
        json.slice(0, at % (json.length + 1)) + put + json.slice((at % (json.length + 1)) + 1),
    ),
  );
  fc.assert(
    fc.property(text, (source) => {
      const read = readJson(source);
      if (!read.ok && read.error.includes("a second time")) return;
      expect([source, read.ok]).toEqual([source, parses(source)]);
      if (read.ok) expect(read.value).toEqual(JSON.parse(source));
    }),
    { numRuns: 500 },
  );
});

it("says where each field and each mistake stands", () => {
  const read = readJson('{\n  "a": [1, {"b": 2}],\n\t"c\\u0041": {"d": 3}\n}');
  expect(read.ok && [...read.fieldAt]).toEqual([
    ["a", { line: 2, column: 3 }],
    ["cA", { line: 3, column: 2 }],
  ]);
  expect(readJson('{"a": 1,\n "b": tru}')).toEqual({
    ok: false,
    at: { line: 2, column: 7 },
    error: "expected a value, found `tru}`",
  });
  expect(readJson('{"a"}')).toMatchObject({ error: "expected `:`, found `}`", at: { column: 5 } });
});

it("reads a megabyte in one pass", () => {
  const items = Array.from({ length: 50_000 }, (_, index) => ({ index }));
  expect(readJson(JSON.stringify({ items }))).toMatchObject({ ok: true });
});
