import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { positionInValue } from "../../../engine/graph/lint/facts/value-position.ts";
import { parse } from "../../../engine/graph/parse.ts";

const spot = (source: string, offset: number): string => {
  const attr = parse(source).graph!.attrs.get("goal")!;
  return source.slice(positionInValue(source, attr, offset).offset);
};

describe("the place of a character of a value", () => {
  it.each([
    ['digraph g { goal="abcX" }', 3],
    ['digraph g { goal="a\\"b\\nX" }', 4],
    ['digraph g { goal="a\\\\bX" }', 3],
    ['digraph g { goal="a\\qX" }', 3],
    ['digraph g { goal="ab" + "cX" }', 3],
    ['digraph g { goal="a\\\nbcX" }', 3],
    ["digraph g { goal=abcX }", 3],
  ])("in %j", (source, offset) => {
    expect(spot(source, offset)[0]).toBe("X");
  });

  it("has line and column, across the lines of a value", () => {
    const source = 'digraph g {\r\n  goal="one\r\n  two"\r\n}';
    const attr = parse(source).graph!.attrs.get("goal")!;
    const offset = attr.value.indexOf("two");
    expect(positionInValue(source, attr, offset)).toEqual({
      line: 3,
      column: 3,
      offset: source.indexOf("two"),
    });
  });

  it("is the closing quote for the place behind the last character", () => {
    expect(spot('digraph g { goal="abc" }', 3)).toBe('" }');
  });

  it("is the value's own place without the source", () => {
    const attr = parse('digraph g { goal="abc" }').graph!.attrs.get("goal")!;
    expect(positionInValue(undefined, attr, 2)).toBe(attr.valueAt);
  });

  it("is found for any text, however it is quoted", () => {
    const piece = fc.constantFrom(
      "a",
      "é",
      "\n",
      "\r\n",
      '\\"',
      "\\\\",
      "\\n",
      "\\t",
      "\\x",
      '" + "',
      "\\\n",
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 12 }), fc.array(piece, { maxLength: 4 }), (before, after) => {
        const source = `digraph g { goal="${before.join("")}\u2603${after.join("")}" }`;
        const attr = parse(source).graph?.attrs.get("goal");
        if (attr === undefined) return;
        const at = positionInValue(source, attr, attr.value.indexOf("\u2603"));
        expect(source[at.offset]).toBe("\u2603");
        const lines = source.slice(0, at.offset).split(/\r\n?|\n/);
        expect(at).toMatchObject({ line: lines.length, column: lines.at(-1)!.length + 1 });
      }),
    );
  });
});
