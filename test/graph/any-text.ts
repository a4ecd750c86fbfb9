/** Random texts for the parser: the property, and as many of each kind as a run asks for. */
import fc from "fast-check";
import { it } from "vitest";
import { parse } from "../../engine/graph/parse.ts";
import { print } from "../../engine/graph/print.ts";
import { corpus } from "./corpus.ts";
import { itemsOf, ours, wildPen, write } from "./generate.ts";
import { graphOf, structure } from "./read.ts";

/** Whatever the text: a graph that prints and reads back, or errors that point into the text. Never both, never neither. */
export function expectVerdict(source: string): void {
  const { graph, diagnostics } = parse(source);
  if ((graph === null) !== diagnostics.length > 0) throw new Error("both a graph and errors, or neither");
  if (diagnostics.length > 50) throw new Error("too many errors");
  const lines = source.replace(/^\uFEFF/, "").split(/\r\n|\r|\n/);
  for (const { message, fix, at } of diagnostics) {
    if (!message || !fix) throw new Error(`an error that says nothing at line ${at.line}`);
    if (at.offset > source.length || at.line > lines.length)
      throw new Error(`outside of the text: line ${at.line}`);
    if (at.column > lines[at.line - 1]!.length + 1)
      throw new Error(`outside of line ${at.line}: ${at.column}`);
  }
  if (graph && JSON.stringify(structure(graphOf(print(graph)))) !== JSON.stringify(structure(graph)))
    throw new Error(`printed otherwise: ${print(graph)}`);
}

const small = corpus.map(({ source }) => source).filter(({ length }) => length < 1_100);
const pieces = [
  ..."{}[]=,;:+-><\"'\\/#*\n\r\t \u0000\uFEFFé😀\ud800",
  ...'-> -- subgraph node edge graph digraph strict __proto__ "a" [x=1] /* */ // <b> => 1.10 a->b {a} :p'.split(
    " ",
  ),
];

/** One cut, insertion, repetition or exchange, chosen by four numbers. */
function mutate(text: string, [how, where, length, what]: readonly [number, number, number, number]): string {
  const at = where % (text.length + 1);
  const end = Math.min(text.length, at + (length % 12));
  const piece = pieces[what % pieces.length]!;
  switch (how % 5) {
    case 0:
      return text.slice(0, at) + text.slice(end);
    case 1:
      return text.slice(0, at) + piece + text.slice(at);
    case 2:
      return text.slice(0, at) + piece + text.slice(end);
    case 3:
      return text.slice(0, end) + text.slice(at);
    default:
      return text.slice(0, at) + text.slice(end).replace(/\S+/, (word) => word + text.slice(at, end));
  }
}

const step = fc.tuple(fc.nat(4), fc.nat(100_000), fc.nat(100), fc.nat(1_000));

/** 20,000 texts, that many times. */
export function readAnyText(times: number): void {
  it("R-LANG-1: graphs of the corpus with a few slips each", () => {
    fc.assert(
      fc.property(
        fc.nat(small.length - 1),
        fc.array(step, { minLength: 1, maxLength: 4 }),
        (index, steps) => {
          expectVerdict(steps.reduce(mutate, small[index]!));
        },
      ),
      { numRuns: 14_000 * times },
    );
  });

  it("R-LANG-1: generated graphs with a few slips each", () => {
    fc.assert(
      fc.property(
        itemsOf(ours),
        fc.nat(),
        fc.array(step, { minLength: 1, maxLength: 3 }),
        (items, seed, steps) => {
          expectVerdict(steps.reduce(mutate, write(items, wildPen(seed))));
        },
      ),
      { numRuns: 2_000 * times },
    );
  });

  it("R-LANG-1: heaps of tokens", () => {
    const heap = fc
      .array(fc.constantFrom(...pieces, "a", "b", " "), { maxLength: 25 })
      .map((parts) => parts.join(""));
    fc.assert(
      fc.property(heap, fc.boolean(), (text, inside) => expectVerdict(inside ? `digraph G {${text}}` : text)),
      { numRuns: 3_000 * times },
    );
  });

  it("R-LANG-1: heaps of bytes", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), fc.boolean(), (bytes, inside) => {
        const text = Buffer.from(bytes).toString(inside ? "latin1" : "utf8");
        expectVerdict(inside ? `digraph G { ${text} }` : text);
      }),
      { numRuns: 1_000 * times },
    );
  });
}
