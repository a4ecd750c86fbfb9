import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { joinNode } from "../../../engine/core/region.ts";
import { compile } from "../../../engine/graph/compile.ts";
import { findJoin } from "../../../engine/graph/joins.ts";
import { parse } from "../../../engine/graph/parse.ts";
import { findings, graphOf, places } from "./findings.ts";

const fan = (body: string): string =>
  graphOf(`  f [shape=component]\n  a [prompt="x"]\n  b [prompt="x"]\n  start -> f -> {a b}\n${body}`);

describe("where branches meet", () => {
  it.each([
    ["at a fan-in", "  j [shape=tripleoctagon]\n  {a b} -> j -> exit", null],
    ["at another node", '  m [prompt="x"]\n  {a b} -> m -> exit', "meet at m, which is no fan-in"],
    ["nowhere but at the exit", "  {a b} -> exit", "meet nowhere"],
    [
      "at a fan-in, but one may leave by the exit",
      "  j [shape=tripleoctagon]\n  {a b} -> j -> exit\n  b -> exit",
      "can reach exit before",
    ],
    ["nowhere", "  c [shape=Msquare]\n  a -> c\n  b -> exit", "meet nowhere"],
  ])("R-FAN-10: %s", (_, body, message) => {
    const found = findings(fan(body), "branches_meet");
    expect(found.map(({ severity, node_id }) => `${severity} ${node_id}`)).toEqual(
      message === null ? [] : ["warning f"],
    );
    if (message !== null) expect(found[0]?.message).toContain(message);
  });

  it("R-FAN-10: a fan-out without a branch is reported", () => {
    expect(findings(graphOf("  f [shape=component]\n  start -> f"), "branches_meet")[0]?.message).toContain(
      "no branch",
    );
  });

  it("nested fan-outs each have their own fan-in", () => {
    const body = `  g [shape=component]\n  c [prompt="x"]\n  d [prompt="x"]\n  i [shape=tripleoctagon]\n  j [shape=tripleoctagon]
  a -> g -> {c d} -> i -> j\n  b -> j -> exit`;
    expect(places(fan(body), "branches_meet")).toEqual([]);
  });

  it("is what the engine finds, on any graph", () => {
    const ids = ["f", "a", "b", "c", "d", "j", "k", "x"];
    const shapes = { f: "component", j: "tripleoctagon", k: "tripleoctagon", x: "Msquare" };
    const edge = fc.tuple(fc.constantFrom(...ids), fc.constantFrom(...ids));
    fc.assert(
      fc.property(fc.array(edge, { maxLength: 16 }), (edges) => {
        const nodes = ids.map((id) => `${id} [shape=${shapes[id as keyof typeof shapes] ?? "box"}]`);
        const source = `digraph g { ${nodes.join(";")}; f -> a; f -> b; ${edges.map(([p, q]) => `${p} -> ${q}`).join(";")} }`;
        const pipeline = compile(parse(source).graph!);
        const next = (id: string): string[] => pipeline.out.get(id)!.map(({ to }) => to);
        const join = findJoin({
          fan: "f",
          starts: [...new Set(next("f"))],
          next,
          isFanIn: (id) => pipeline.stages.get(id)?.handler === "parallel.fan_in",
          isExit: (id) => pipeline.exits.has(id),
        });
        expect(join).toBe(joinNode(pipeline, "f"));
      }),
      { numRuns: 500 },
    );
  });
});

describe("fan-ins", () => {
  it("R-LANG-6: a plain stage with two edges to a fan-in is no fan-out, and is refused", () => {
    const source = graphOf(
      '  a [prompt="x"]\n  b [prompt="x"]\n  j [shape=tripleoctagon]\n  start -> {a b} -> j -> exit',
    );
    expect(places(source, "fan_in_without_fan_out")).toEqual(["error j"]);
  });

  it("R-LANG-3: with only unconditional ways out need a retry target, their own or the graph's", () => {
    const body = "  j [shape=tripleoctagon]\n  {a b} -> j -> exit";
    expect(places(fan(body), "fan_in_unconditional_only")).toEqual(["warning j"]);
    expect(places(fan(`  retry_target="f"\n${body}`), "fan_in_unconditional_only")).toEqual([]);
  });
});

describe("join policies", () => {
  const policy = (attrs: string): string =>
    graphOf(
      `  f [shape=component, ${attrs}]\n  a [prompt="x"]\n  b [prompt="x"]\n  j [shape=tripleoctagon]\n  start -> f -> {a b} -> j -> exit`,
    );

  it.each([
    ["join_policy=k_of_n, k=2", 0],
    ["join_policy=k_of_n, k=3", 1],
    ['join_policy=k_of_n, k=3, items="context.list"', 0],
    ["join_policy=wait_all, k=3", 0],
    ["k=0", 1],
    ["max_parallel=0", 1],
    ["quorum_fraction=0", 1],
    ["quorum_fraction=1", 0],
    ["quorum_fraction=1.5", 1],
    ["quorum_fraction=0.0001", 0],
  ])("R-LANG-3: %s has %i findings", (attrs, count) => {
    expect(places(policy(attrs), "join_out_of_range")).toEqual(Array(count).fill("error f"));
  });

  it("R-LANG-3: an unknown policy is an error that lists the known ones", () => {
    const [found] = findings(policy("join_policy=any"), "attribute_value");
    expect(found).toMatchObject({
      severity: "error",
      fix: "write one of: wait_all, first_success, k_of_n, quorum",
    });
  });
});
