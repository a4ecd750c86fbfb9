/** The grammar is asked once for each form of statement: that must come to what it makes of the text as a whole. */
import parseDot from "dotparser";
import fc from "fast-check";
import { expect, it } from "vitest";
import { readStatements } from "../../engine/graph/grammar.ts";
import { lex } from "../../engine/graph/lexer.ts";
import { placehold, wholeText } from "../../engine/graph/placeholders.ts";
import { plainStatement } from "../../engine/graph/plain-statement.ts";
import { checkStatements } from "../../engine/graph/statements.ts";

const PIECES = [
  ..."a b T C Z node edge graph { } [ ] = , ; ->".split(" "),
  ...["a -> b", "a [x=1]", "[x=1, y=2]", "a = b", "subgraph s {", "{ a b }", '"q"', "\n"],
];
const LONG = Array.from({ length: 450 }, (_, n) => `n${n}`).join(" -> ");

function readWhole(source: string): unknown {
  const { tokens } = lex(source);
  const text = placehold(tokens, 1, new Set(), true).bodies.map(wholeText).join("");
  try {
    return parseDot(text).map(({ children }) => children);
  } catch {
    return null;
  }
}

function byForm(source: string): unknown {
  return readStatements(lex(source).tokens, 1).trees?.statements ?? null;
}

it("R-LANG-1: statements read by their form are what the whole text would be read as", () => {
  let read = 0;
  const words = fc.array(fc.constantFrom(...PIECES), { maxLength: 14 });
  fc.assert(
    fc.property(words, (pieces) => {
      const source = `digraph {${pieces.join(" ")}}`;
      if (checkStatements(lex(source).tokens, 1).unbalanced) return;
      const whole = readWhole(source);
      if (whole !== null) read++;
      expect(byForm(source)).toEqual(whole);
    }),
    { numRuns: 2_000, examples: [[[LONG, "a -> b", LONG, "[x=1]"]], [["a [x=1] [y=2] b;; c"]]] },
  );
  expect(read).toBeGreaterThan(100);
});

const HEADS =
  "T|T->T|T->T->T->T|graph|node|edge|Z|T-> Z->T|T=T|T:T|T--T|C->T|T->C |subgraph T|T T|T->graph".split("|");
const LISTS = ["", "[T=T]", "[T=T,T=T]", "[T=T T=T;T=T]", "[T]", "[]", "[T=T][T=T]", "[T=T,,T=T]", "[T=T"];

it("R-LANG-1: a plain statement is read as the grammar reads it, and the grammar is asked for any other", () => {
  const plain: string[] = [];
  const forms = HEADS.flatMap((head) => LISTS.flatMap((list) => ["", ";"].map((end) => head + list + end)));
  for (const form of forms.flatMap((form) => [form, ` ${form}`])) {
    const read = plainStatement(form);
    if (read === null) continue;
    plain.push(form);
    expect(parseDot(`digraph{${form}}`)[0]!.children, form).toEqual([read]);
  }
  const heads = plain.filter((form) => /^[^ ].*[^;]$|^.$/.test(form)).map((form) => form.replace(/\[.*/, ""));
  expect([...new Set(heads)]).toEqual([
    "T",
    "T->T",
    "T->T->T->T",
    "graph",
    "node",
    "edge",
    "Z",
    "T-> Z->T",
    "T=T",
  ]);
});
