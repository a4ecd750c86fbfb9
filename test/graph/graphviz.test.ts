/** Graphviz's own parser, as its authors build it for the browser, is the judge of what a graph's structure is. */
import { Graphviz } from "@hpcc-js/wasm-graphviz";
import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import type { Graph } from "../../engine/graph/model.ts";
import { parse } from "../../engine/graph/parse.ts";
import { print } from "../../engine/graph/print.ts";
import { unescapeString } from "../../engine/graph/quoting.ts";
import { corpus } from "./corpus.ts";
import { graphviz, graphvizPen, itemsOf, wildPen, write } from "./generate.ts";
import { graphOf } from "./read.ts";

interface Judgement {
  /** Attributes by node; Graphviz leaves the empty ones out. */
  readonly nodes: ReadonlyMap<string, ReadonlyMap<string, string>>;
  readonly edges: readonly string[];
}

let wasm: Graphviz;
beforeAll(async () => {
  wasm = await Graphviz.load();
});

/** What Graphviz reads; null when it refuses the text. */
function judge(source: string): Judgement | null {
  let json: string;
  try {
    json = wasm.layout(source, "dot_json", "nop");
  } catch {
    return null;
  }
  const { objects = [], edges = [] } = JSON.parse(json);
  const byId = new Map<number, string>(
    objects.map(({ _gvid, name }: { _gvid: number; name: string }) => [_gvid, name]),
  );
  const isNode = (object: object) => "label" in object && !("nodes" in object) && !("subgraphs" in object);
  return {
    nodes: new Map(
      objects.filter(isNode).map((node: { name: string }) => [node.name, new Map(Object.entries(node))]),
    ),
    edges: edges
      .map(({ tail, head }: { tail: number; head: number }) => `${byId.get(tail)} -> ${byId.get(head)}`)
      .sort(),
  };
}

function edgesOf(graph: Graph): string[] {
  return graph.edges.map(({ from, to }) => `${from} -> ${to}`).sort();
}

/** Graphviz makes a node of every name in a group; here one that has neither edge nor declaration is nothing. */
function expectAgreement(graph: Graph, judgement: Judgement): void {
  expect(edgesOf(graph)).toEqual(judgement.edges);
  const linked = new Set(judgement.edges.flatMap((edge) => edge.split(" -> ")));
  const missing = [...judgement.nodes.keys()].filter((id) => !graph.nodes.has(id) && linked.has(id));
  expect(missing).toEqual([]);
  for (const { id, attrs } of graph.nodes.values()) {
    const judged = judgement.nodes.get(id);
    expect(judged, id).toBeDefined();
    for (const { key, value, origin } of attrs.values()) {
      if (origin === "explicit") expect([key, unescapeString(judged?.get(key) ?? "")]).toEqual([key, value]);
    }
  }
}

/** `timeout=15m`: one value here, a value and a node of that name for Graphviz. */
const NUMBER_WITH_UNIT = /=\s*-?[\d.]+[a-z_]/i;

describe("Graphviz agrees on the structure", () => {
  it("R-LANG-1: of the graphs of the corpus that it can read", () => {
    const read = corpus.filter(({ source }) => {
      const judgement = judge(source);
      if (judgement) expectAgreement(graphOf(source), judgement);
      return judgement !== null;
    });
    expect(read.map(({ name }) => name)).toEqual(
      expect.arrayContaining([
        "spec-simple.dot",
        "spec-branch.dot",
        "spec-review.dot",
        "spec-subgraph.dot",
        "two-exits.dot",
      ]),
    );
    expect(read.length).toBeGreaterThanOrEqual(8);
  });

  it("R-LANG-1: of 800 generated graphs, however they are written", () => {
    fc.assert(
      fc.property(itemsOf(graphviz), fc.nat(), (items, seed) => {
        const source = write(items, graphvizPen(seed));
        const judgement = judge(source);
        if (!judgement) throw new Error("Graphviz refuses this");
        expectAgreement(graphOf(source), judgement);
      }),
      { numRuns: 800 },
    );
  });

  it("R-LANG-1: of what is printed, where no name or value is foreign to it", () => {
    fc.assert(
      fc.property(itemsOf(graphviz), (items) => {
        const graph = graphOf(write(items, wildPen(1)));
        expectAgreement(graph, judge(print(graph))!);
      }),
      { numRuns: 300 },
    );
  });

  it("R-LANG-1: of 1,500 graphs with a slip that both still accept", () => {
    let both = 0;
    fc.assert(
      fc.property(
        itemsOf(graphviz),
        fc.nat(),
        fc.nat(),
        fc.constantFrom("", ";", "}", "{", '"', "->", "[", "a"),
        (items, seed, place, piece) => {
          const text = write(items, graphvizPen(seed));
          const at = place % text.length;
          const source = text.slice(0, at) + piece + text.slice(at + (piece === "" ? 1 : 0));
          const { graph } = parse(source);
          const judgement = graph && judge(source);
          if (!judgement || NUMBER_WITH_UNIT.test(source)) return;
          both++;
          expect(edgesOf(graph)).toEqual(judgement.edges);
        },
      ),
      { numRuns: 1_500 },
    );
    expect(both).toBeGreaterThan(100);
  });
});
