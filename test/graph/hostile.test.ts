import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parse } from "../../engine/graph/parse.ts";
import { print } from "../../engine/graph/print.ts";
import { corpus, corpusText } from "./corpus.ts";
import { itemsOf, ours, wildPen, write } from "./generate.ts";
import { graphOf, structure } from "./read.ts";

/** Whatever the text: a graph that prints and reads back, or errors that point into the text. Never both, never neither. */
function expectVerdict(source: string): void {
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

describe("any text", () => {
  it("R-LANG-1: 14,000 graphs with a few slips each", () => {
    fc.assert(
      fc.property(
        fc.nat(small.length - 1),
        fc.array(step, { minLength: 1, maxLength: 4 }),
        (index, steps) => {
          expectVerdict(steps.reduce(mutate, small[index]!));
        },
      ),
      { numRuns: 14_000 },
    );
  });

  it("R-LANG-1: 2,000 generated graphs with a few slips each", () => {
    fc.assert(
      fc.property(
        itemsOf(ours),
        fc.nat(),
        fc.array(step, { minLength: 1, maxLength: 3 }),
        (items, seed, steps) => {
          expectVerdict(steps.reduce(mutate, write(items, wildPen(seed))));
        },
      ),
      { numRuns: 2_000 },
    );
  });

  it("R-LANG-1: 3,000 heaps of tokens", () => {
    const heap = fc
      .array(fc.constantFrom(...pieces, "a", "b", " "), { maxLength: 25 })
      .map((parts) => parts.join(""));
    fc.assert(
      fc.property(heap, fc.boolean(), (text, inside) => expectVerdict(inside ? `digraph G {${text}}` : text)),
      { numRuns: 3_000 },
    );
  });

  it("R-LANG-1: 1,000 heaps of bytes", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), fc.boolean(), (bytes, inside) => {
        const text = Buffer.from(bytes).toString(inside ? "latin1" : "utf8");
        expectVerdict(inside ? `digraph G { ${text} }` : text);
      }),
      { numRuns: 1_000 },
    );
  });

  it("R-LANG-1: a file cut at any byte", () => {
    const bytes = Buffer.from(`\uFEFF${corpusText("web-app.dot")}`);
    for (let length = 0; length < bytes.length; length++)
      expectVerdict(bytes.subarray(0, length).toString("utf8"));
  });
});

describe("large texts", () => {
  const list = (count: number, item: (i: number) => string, separator: string) =>
    Array.from({ length: count }, (_, i) => item(i)).join(separator);

  it("R-LANG-1: a prompt of five megabytes, exactly", () => {
    const prompt = `${'Line with "quotes", \\ and é.\n'.repeat(180_000)}end`;
    const source = `digraph G { a [prompt="${prompt.replace(/["\\]/g, "\\$&")}"]; b }`;
    expect(Buffer.byteLength(source)).toBeGreaterThan(5_000_000);
    const graph = graphOf(source);
    expect(graph.nodes.get("a")?.attrs.get("prompt")?.value === prompt).toBe(true);
    expect(graph.nodes.get("b")?.at.line).toBe(180_001);
  });

  it("R-LANG-1: chains of 20,000 and 200,000 nodes", () => {
    for (const count of [20_000, 200_000]) {
      const graph = graphOf(`digraph G {\n${list(count, (i) => `n${i}`, "\n-> ")} [weight=3]\n}`);
      expect(graph.edges).toHaveLength(count - 1);
      expect(graph.nodes.size).toBe(count);
      for (const index of [0, 199, 200, 201, 399, 400, count - 2]) {
        const edge = graph.edges[index]!;
        expect([edge.from, edge.to, edge.attrs.get("weight")?.value]).toEqual([
          `n${index}`,
          `n${index + 1}`,
          "3",
        ]);
        expect(edge.toAt.line).toBe(index + 3);
      }
    }
  });

  it("R-LANG-1: a chain of groups longer than a cut", () => {
    const graph = graphOf(`digraph G { ${list(450, (i) => `{a${i} b${i}}`, " -> ")} }`);
    expect(graph.edges).toHaveLength(449 * 4);
    expect(graph.edges.at(-1)).toMatchObject({ from: "b448", to: "b449" });
  });

  it("R-LANG-1: subgraphs fifty deep are read, deeper ones refused", () => {
    const nested = (depth: number) => `digraph G { ${"{ node [x=1] ".repeat(depth)} a ${"}".repeat(depth)} }`;
    expect(graphOf(nested(49)).subgraphs).toHaveLength(49);
    for (const depth of [50, 200, 100_000])
      expect(parse(nested(depth)).diagnostics[0]).toMatchObject({ rule: "dot_limit" });
    expect(parse(`digraph G ${"{".repeat(1_000_000)}`).graph).toBeNull();
  });

  it("R-LANG-1: a thousand attributes are read, more refused, however they come together", () => {
    const attrs = (count: number, name = "k") => list(count, (i) => `${name}${i}=v`, ",");
    expect(graphOf(`digraph G { a [${attrs(1000)}] }`).nodes.get("a")?.attrs.size).toBe(1000);
    for (const body of [
      `a [${attrs(1001)}]`,
      `a [${attrs(600)}] [${attrs(600, "l")}]`,
      `a [${attrs(600)}] a [${attrs(600, "l")}]`,
      `node [${attrs(600)}] a [${attrs(600, "l")}]`,
      `graph [${attrs(600)}] graph [${attrs(600, "l")}]`,
      `edge [${attrs(600)}] a -> b [${attrs(600, "l")}]`,
      `a ${"[]".repeat(1100)}`,
    ]) {
      expect(parse(`digraph G {\n${body}\n}`).diagnostics).toMatchObject([
        { rule: "dot_limit", at: { line: 2 } },
      ]);
    }
  });

  it("R-LANG-1: a small text that asks for a large graph is refused", () => {
    const thousand = list(1000, (i) => `n${i}`, ";");
    const product = `digraph G { {${thousand}} -> {${thousand.replaceAll("n", "m")}} }`;
    expect(parse(product).diagnostics).toMatchObject([{ rule: "dot_limit" }]);
    const defaults = `digraph G { node [${list(1000, (i) => `k${i}=v`, ",")}]; ${list(5_000, (i) => `n${i} [k0=w]`, ";")} }`;
    expect(parse(defaults).diagnostics).toMatchObject([{ rule: "dot_limit" }]);
    expect(parse(`digraph G { ${"a;".repeat(800_000)} }`).diagnostics).toMatchObject([{ rule: "dot_limit" }]);
  });

  it("R-LANG-1: long runs of one mark end in an error, not in a hang", () => {
    for (const mark of [
      '"',
      "<",
      "<>",
      "<\n",
      "\\",
      "/",
      "/*",
      "#\n",
      "-",
      "->",
      "[",
      "]",
      "[]",
      "{}",
      "=",
      "+",
      "'",
      "é",
      "😀",
      "\u0000",
      'a"',
      "a=",
      "a b\n",
      "a -> ;\n",
      ":",
    ]) {
      expect(parse(`digraph G { ${mark.repeat(200_000)}`).graph).toBeNull();
    }
  });
});
