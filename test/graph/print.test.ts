import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { classFromLabel } from "../../engine/graph/classes.ts";
import type { Attr, Attrs, Graph, GraphNode, Subgraph, TextPosition } from "../../engine/graph/model.ts";
import { print } from "../../engine/graph/print.ts";
import { itemsOf, oddIds, ours, plainPen, type Setting, settingsOf, wildPen, write } from "./generate.ts";
import { graphOf, structure } from "./read.ts";

const nowhere: TextPosition = { line: 1, column: 1, offset: 0 };

function attrsFrom(settings: readonly Setting[]): Attrs {
  const attrs = new Map<string, Attr>();
  for (const { key, value, quoted } of settings)
    attrs.set(key, { key, value, quoted, keyAt: nowhere, valueAt: nowhere, origin: "explicit" });
  return attrs;
}

/** Graphs that no text was ever read for. */
const graphs: fc.Arbitrary<Graph> = fc
  .record({
    name: fc.constantFrom("", "G", "a b", "digraph", "é", 'q"'),
    settings: settingsOf(ours),
    nodes: fc.uniqueArray(fc.tuple(fc.constantFrom(...oddIds), settingsOf(ours)), {
      selector: ([id]) => id,
      maxLength: 8,
    }),
    edges: fc.array(fc.tuple(fc.constantFrom(...oddIds), fc.constantFrom(...oddIds), settingsOf(ours)), {
      maxLength: 8,
    }),
    subgraphs: fc.uniqueArray(
      fc.tuple(
        fc.constantFrom("s", "t u", null),
        fc.option(fc.constantFrom("Loop A", "x", '"\n'), { nil: null }),
        fc.array(fc.nat(), { maxLength: 4 }),
      ),
      { selector: ([id]) => id, maxLength: 3 },
    ),
  })
  .map(({ name, settings, nodes, edges, subgraphs }) => {
    const groups = subgraphs.map(([id, label, picks]): Subgraph => {
      const members = nodes.length === 0 ? [] : picks.map((pick) => nodes[pick % nodes.length]![0]);
      return { id, label, nodes: [...new Set(members)], at: nowhere };
    });
    const all = new Map<string, GraphNode>();
    for (const [id, settings] of nodes) {
      const attrs = attrsFrom(settings);
      const own = (attrs.get("class")?.value ?? "").split(",").map((part) => part.trim());
      const derived = groups
        .filter((group) => group.nodes.includes(id))
        .map(({ label }) => classFromLabel(label ?? ""));
      const classes = [...new Set([...own, ...derived])].filter((part) => part !== "");
      all.set(id, { id, attrs, at: nowhere, classes, declared: true });
    }
    const ends = edges.flatMap(([from, to, _]) => [from, to]);
    for (const id of ends)
      if (!all.has(id)) all.set(id, { id, attrs: new Map(), at: nowhere, classes: [], declared: false });
    return {
      name,
      attrs: attrsFrom(settings),
      nodes: all,
      edges: edges.map(([from, to, settings], index) => {
        return { index, from, to, attrs: attrsFrom(settings), at: nowhere, toAt: nowhere };
      }),
      subgraphs: groups,
    };
  });

describe("print", () => {
  it("R-LANG-1: parse(print(g)) is g, for graphs with odd names and values", () => {
    fc.assert(
      fc.property(graphs, (graph) => {
        expect(structure(graphOf(print(graph)))).toEqual(structure(graph));
      }),
      { numRuns: 1_000 },
    );
  });

  it("R-LANG-1: parse(print(parse(text))) is parse(text), and printing it again changes nothing", () => {
    fc.assert(
      fc.property(itemsOf(ours), (items) => {
        const graph = graphOf(write(items, plainPen));
        const printed = print(graph);
        const again = graphOf(printed);
        expect(structure(again)).toEqual(structure(graph));
        expect(print(again)).toBe(printed);
      }),
      { numRuns: 1_000 },
    );
  });

  it("R-LANG-1: layout, comments, separators and concatenation change no structure", () => {
    fc.assert(
      fc.property(itemsOf(ours), fc.nat(), (items, seed) => {
        expect(structure(graphOf(write(items, wildPen(seed))))).toEqual(
          structure(graphOf(write(items, plainPen))),
        );
      }),
      { numRuns: 1_000 },
    );
  });

  it("R-LANG-1: writes what a person would", () => {
    const text = `digraph G {
  graph [goal="Try \\"it\\"", timeout=15m]
  a [shape=box]
  "b-c"
  long [
    prompt="First line.
Second line.",
  ]
  subgraph cluster_x {
    label="Loop A"
    a
  }
  a -> "b-c" [weight=2]
}
`;
    expect(print(graphOf(text))).toBe(text);
  });

  it("R-LANG-1: a value that is not quoted but cannot stand bare is quoted", () => {
    for (const value of ["two words", "", "a,b", "#f00", "http://x", "-- ", "é!"]) {
      const at = { keyAt: nowhere, valueAt: nowhere };
      const attr: Attr = { key: "x", value, quoted: false, ...at, origin: "derived" };
      const graph = { ...graphOf("digraph G {}"), attrs: new Map([["x", attr]]) };
      expect(graphOf(print(graph)).attrs.get("x")?.value).toBe(value);
    }
  });
});
