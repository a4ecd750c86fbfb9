import { describe, expect, it } from "vitest";
import { parse } from "../../engine/graph/parse.ts";
import { expectVerdict, readAnyText } from "./any-text.ts";
import { corpusText } from "./corpus.ts";
import { graphOf } from "./read.ts";

describe("any text is a graph or an error with its place", () => {
  readAnyText(1);

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
