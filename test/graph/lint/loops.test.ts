import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { componentsOf } from "../../../engine/graph/lint/facts/components.ts";
import { digraph, reach, reversed } from "../../../engine/graph/lint/facts/digraph.ts";
import { dominatorsOf } from "../../../engine/graph/lint/facts/dominators.ts";
import { graphOf, places } from "./findings.ts";

const loop = (graph: string, edge: string): string =>
  graphOf(
    `  ${graph}\n  work [prompt="x"]\n  check [prompt="x"]\n  start -> work -> check\n  check -> exit\n  check -> work [${edge}]`,
  );

describe("ways back after a failure", () => {
  it.each([
    ["", 'condition="outcome=fail"', 1],
    ["", 'condition="outcome!=success"', 1],
    ["", 'condition="outcome=fail && context.failure_class!=deterministic"', 1],
    ["max_node_visits=3", 'condition="outcome=fail"', 0],
    ["max_node_failures=3", 'condition="outcome=fail"', 0],
    ["", 'condition="outcome=fail && context.rounds!=3"', 0],
    ["", 'condition="outcome=fail", loop_restart=true', 0],
    ["", 'condition="outcome=success"', 0],
  ])("R-LANG-3: with %s and [%s] there are %i findings", (graph, edge, count) => {
    expect(places(loop(graph, edge), "unbounded_failure_back_edge")).toHaveLength(count);
  });

  it("are reported once for a loop, however many edges go back", () => {
    const source = graphOf(
      '  a [prompt="x"]\n  b [prompt="x"]\n  start -> a -> b -> exit\n  a -> a [condition="outcome=fail"]\n  b -> a [condition="outcome=fail"]',
    );
    expect(places(source, "unbounded_failure_back_edge")).toEqual(["warning a->a"]);
  });

  it("are no loop when they lead forward", () => {
    const source = graphOf(
      '  a [prompt="x"]\n  b [prompt="x"]\n  start -> a -> exit\n  a -> b [condition="outcome=fail"]\n  b -> exit',
    );
    expect(places(source, "unbounded_failure_back_edge")).toEqual([]);
  });
});

describe("loops without failures", () => {
  it.each([
    ["", 'condition="outcome=rework"', 1],
    ["", 'condition="context.more=yes"', 1],
    ["", "", 1],
    ["max_node_visits=3", 'condition="outcome=rework"', 0],
    ["", 'condition="outcome=fail"', 0],
    ["", "loop_restart=true", 0],
  ])("R-LANG-3: with %s and [%s] there are %i findings", (graph, edge, count) => {
    expect(places(loop(graph, edge), "unbounded_loop")).toHaveLength(count);
  });

  it("are bounded by a person who is asked in them", () => {
    const source = graphOf(
      '  a [prompt="x"]\n  g [shape=hexagon]\n  start -> a -> g\n  g -> a [label=No]\n  g -> exit [label=Yes]',
    );
    expect(places(source, "unbounded_loop")).toEqual([]);
  });
});

describe("the graph algorithms behind them, against plain search", () => {
  const size = 7;
  const node = fc.integer({ min: 0, max: size - 1 });
  const edges = fc.array(fc.tuple(node, node), { maxLength: 18 });
  const build = (list: readonly (readonly [number, number])[], without = -1) => {
    const kept = list.filter(([from, to]) => from !== without && to !== without);
    return digraph(
      size,
      kept.map(([from]) => from),
      kept.map(([, to]) => to),
    );
  };
  const all = Array.from({ length: size }, (_, id) => id);

  it("two nodes share a component exactly when each reaches the other, and numbers fall along paths", () => {
    fc.assert(
      fc.property(edges, (list) => {
        const graph = build(list);
        const component = componentsOf(graph);
        for (const a of all) {
          const fromA = reach(graph, [a]);
          for (const b of all) {
            const both = fromA[b] === 1 && reach(graph, [b])[a] === 1;
            expect(component[a] === component[b]).toBe(both);
            if (fromA[b] === 1) expect(component[a]).toBeGreaterThanOrEqual(component[b]!);
          }
        }
      }),
    );
  });

  it("a node dominates another exactly when without it the other is out of reach", () => {
    fc.assert(
      fc.property(edges, (list) => {
        const dominator = dominatorsOf(build(list), 0);
        const reached = reach(build(list), [0]);
        for (const b of all.slice(1)) {
          expect(dominator[b] !== -1).toBe(reached[b] === 1);
          if (reached[b] !== 1) continue;
          const chain = new Set<number>();
          for (let at = dominator[b]!; ; at = dominator[at]!) {
            chain.add(at);
            if (at === 0) break;
          }
          for (const a of all.slice(1))
            if (a !== b) expect(chain.has(a)).toBe(reach(build(list, a), [0])[b] !== 1);
        }
      }),
    );
  });

  it("turning all edges round turns reachability round", () => {
    fc.assert(
      fc.property(edges, node, node, (list, a, b) => {
        const graph = build(list);
        return reach(graph, [a])[b] === reach(reversed(graph), [b])[a];
      }),
    );
  });
});
