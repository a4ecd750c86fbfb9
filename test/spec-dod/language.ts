/** 11.1, 11.2, 11.9, 11.10: what the text means. */
import { expect } from "vitest";
import { evaluate, parseCondition } from "../../engine/graph/condition.ts";
import { InvalidGraphError, prepare, validate, validateOrThrow } from "../../engine/graph/prepare.ts";
import { route, run } from "../core/world.ts";
import { edges, graphOf, values } from "../graph/read.ts";
import { attrs, type Checks, findings, frame, tool } from "./check.ts";

export const parsing: Checks = {
  "Parser accepts the supported DOT subset (digraph with graph/node/edge attribute blocks)": () => {
    const graph = graphOf('digraph G { graph [a="1"]; node [b="2"]; edge [c="3"]; x -> y; x; y }');
    expect([graph.name, values(graph.attrs).a, edges(graph).length]).toEqual(["G", "1", 1]);
  },
  "Graph-level attributes (goal, label, model_stylesheet) are extracted correctly": () => {
    const graph = graphOf(
      'digraph G { goal="Win"; graph [label="L", model_stylesheet="* { llm_model: m; }"]; a }',
    );
    expect(values(graph.attrs)).toEqual({ goal: "Win", label: "L", model_stylesheet: "* { llm_model: m; }" });
  },
  "Node attributes are parsed including multi-line attribute blocks": () => {
    expect(attrs('digraph G { a [\n  label="One",\n  prompt="first\nsecond"\n] }', "a")).toEqual({
      label: "One",
      prompt: "first\nsecond",
    });
  },
  "Edge attributes (label, condition, weight) are parsed correctly": () => {
    const [edge] = graphOf(
      'digraph G { a; b; a -> b [label="Yes", condition="outcome=success", weight=5] }',
    ).edges;
    expect(values(edge!.attrs)).toEqual({ label: "Yes", condition: "outcome=success", weight: "5" });
  },
  "Chained edges produce individual edges for each pair": () => {
    const graph = graphOf('digraph G { a; b; c; a -> b -> c [label="x"] }');
    expect(graph.edges.map(({ from, to, attrs: own }) => `${from}>${to}:${own.get("label")?.value}`)).toEqual(
      ["a>b:x", "b>c:x"],
    );
  },
  "Node/edge default blocks apply to subsequent declarations": () => {
    const source = "digraph G { a; node [shape=box]; edge [weight=3]; b; a -> b }";
    expect([attrs(source, "a"), attrs(source, "b")]).toEqual([{}, { shape: "box" }]);
    expect(values(graphOf(source).edges[0]!.attrs)).toEqual({ weight: "3" });
  },
  "Subgraph blocks are flattened (contents kept, wrapper removed)": () => {
    const graph = graphOf("digraph G { subgraph cluster_x { a; b; a -> b } c }");
    expect([[...graph.nodes.keys()].sort(), edges(graph).length]).toEqual([["a", "b", "c"], 1]);
  },
  "class attribute on nodes merges in attributes from the stylesheet": () => {
    const source = frame(
      'a [class="fast", prompt="p"]; start -> a -> exit',
      ', model_stylesheet=".fast { llm_model: quick; }"',
    );
    expect(prepare(source).pipeline?.stages.get("a")?.llmModel).toBe("quick");
  },
  "Quoted and unquoted attribute values both work": () => {
    expect(attrs('digraph G { a [x=true, y="true", z=900s, w=1.10] }', "a")).toEqual({
      x: "true",
      y: "true",
      z: "900s",
      w: "1.10",
    });
  },
  "Comments (// and /* */) are stripped before parsing": () => {
    expect(attrs('digraph G { // one\n a [x="a // b", /* two\n */ y="/* c */"] }', "a")).toEqual({
      x: "a // b",
      y: "/* c */",
    });
  },
};

const NO_START = "digraph g { exit [shape=Msquare]; a [prompt=x]; a -> exit }";
const NO_EXIT = "digraph g { start [shape=Mdiamond]; a [prompt=x]; start -> a -> start }";
const ORPHAN = frame('a [prompt="p"]; lost [prompt="p"]; start -> a -> exit');

export const linting: Checks = {
  "Exactly one start node is required": () => {
    expect(findings(NO_START)).toContain("error start_node");
    expect(findings(frame("b [shape=Mdiamond]; start -> exit; b -> exit"))).toContain("error start_node");
    expect(findings('digraph g { start; exit; a [prompt="p"]; start -> a -> exit }')).not.toContain(
      "error start_node",
    );
  },
  "Exactly one exit node is required": () => {
    // Several are allowed here, none is not: docs/decisions/012.
    expect(findings(NO_EXIT)).toContain("error terminal_node");
    expect(findings("digraph g { start [shape=Mdiamond]; end; start -> end }")).not.toContain(
      "error terminal_node",
    );
  },
  "Start node has no incoming edges": () =>
    expect(findings(frame("start -> exit; exit2 [prompt=x]; start -> exit2; exit2 -> start"))).toContain(
      "error start_no_incoming",
    ),
  "Exit node has no outgoing edges": () =>
    expect(findings(frame('a [prompt="p"]; start -> exit; exit -> a'))).toContain("error exit_no_outgoing"),
  "All nodes are reachable from start (no orphans)": () => {
    expect(findings(ORPHAN)).toContain("warning reachability");
    expect(findings(frame('a [prompt="p"]; b [prompt="p"]; start -> exit; a -> b -> exit'))).toContain(
      "error reachability",
    );
  },
  "All edges reference valid node IDs": () =>
    expect(findings(frame("start -> nowhere; start -> exit"))).toContain("error edge_target_exists"),
  "Codergen nodes have non-empty prompt (warning if missing)": () =>
    expect(findings(frame("a; start -> a -> exit"))).toContain("warning prompt_on_llm_nodes"),
  "Condition expressions on edges parse without errors": () => {
    expect(findings(frame('start -> exit [condition="outcome ~ success"]'))).toContain(
      "error condition_syntax",
    );
    expect(findings(frame('start -> exit [condition="outcome=success"]'))).not.toContain(
      "error condition_syntax",
    );
  },
  "validate_or_raise() throws on error-severity violations": () => {
    expect(() => validateOrThrow(NO_START)).toThrow(InvalidGraphError);
    expect(() => validateOrThrow(ORPHAN)).not.toThrow();
  },
  "Lint results include rule name, severity, node/edge ID, and message": () => {
    const [orphan] = validate(ORPHAN).filter(({ rule }) => rule === "reachability");
    expect(orphan).toMatchObject({
      rule: "reachability",
      severity: "warning",
      node_id: "lost",
      message: expect.stringContaining("lost"),
    });
    const [edge] = validate(frame("start -> nowhere; start -> exit")).filter(
      ({ rule }) => rule === "edge_target_exists",
    );
    expect(edge?.edge ?? edge?.node_id).toBeTruthy();
  },
};

function holds(text: string, values_: Readonly<Record<string, string>>): boolean {
  const parsed = parseCondition(text);
  if (!parsed.ok) throw new Error(`${text} does not parse`);
  return evaluate(parsed.condition, (key) => values_[key]);
}

/** Which way a stage's end leads through real conditions. */
const way = (condition: string, said: object) =>
  route(
    run(
      frame(
        `${tool("a")} ${tool("yes")} ${tool("no", ", weight=0")} start -> a; a -> yes [condition="${condition}"]; a -> no; yes -> exit; no -> exit`,
      ),
      {
        outcomes: { a: [{ status: "success", ...said }] },
      },
    ),
  )[1];

export const conditions: Checks = {
  "= (equals) operator works for string comparison": () => {
    expect([
      holds("outcome=success", { outcome: "success" }),
      holds("outcome=success", { outcome: "succes" }),
    ]).toEqual([true, false]);
  },
  "!= (not equals) operator works": () => {
    expect([
      holds("outcome!=success", { outcome: "fail" }),
      holds("outcome!=success", { outcome: "success" }),
    ]).toEqual([true, false]);
  },
  "&& (AND) conjunction works with multiple clauses": () => {
    const both = "outcome=success && context.tests=true";
    expect([
      holds(both, { outcome: "success", "context.tests": "true" }),
      holds(both, { outcome: "success", "context.tests": "false" }),
    ]).toEqual([true, false]);
  },
  "outcome variable resolves to the current node's outcome status": () => {
    expect(way("outcome=partial_success", { status: "partial_success" })).toBe("a>yes");
    expect(way("outcome=partial_success", { status: "success" })).toBe("a>no");
  },
  "preferred_label variable resolves to the outcome's preferred label": () => {
    expect(way("preferred_label=Fix", { preferred_label: "Fix" })).toBe("a>yes");
    expect(way("preferred_label=Fix", { preferred_label: "Other" })).toBe("a>no");
  },
  "context.* variables resolve to context values (missing keys = empty string)": () => {
    expect(way("context.tests_passed=true", { context_updates: { tests_passed: true } })).toBe("a>yes");
    expect(way("context.tests_passed=true", {})).toBe("a>no");
    expect(way("context.tests_passed!=true", {})).toBe("a>yes");
  },
  "Empty condition always evaluates to true (unconditional edge)": () => {
    expect(
      prepare(frame('start -> exit [condition=""]')).pipeline?.out.get("start")?.[0]?.condition,
    ).toBeNull();
    expect(route(run(frame('start -> exit [condition=""]')))).toEqual(["start>exit"]);
  },
};

function styled(
  sheet: string,
  node: string,
): { model: string | null | undefined; effort: string | undefined } {
  const source = frame(`a [prompt="p" ${node}]; start -> a -> exit`, `, model_stylesheet="${sheet}"`);
  const stage = prepare(source).pipeline?.stages.get("a");
  return { model: stage?.llmModel, effort: stage?.reasoningEffort };
}

export const stylesheet: Checks = {
  "Stylesheet is parsed from the graph's model_stylesheet attribute": () => {
    expect(styled("* { llm_model: base; }", "").model).toBe("base");
    expect(
      findings(frame('a [prompt="p"]; start -> a -> exit', ', model_stylesheet="* { llm_model"')),
    ).toContain("error stylesheet_syntax");
  },
  "Selectors by shape name work": () => {
    expect(styled("box { llm_model: opus; }", ", shape=box").model).toBe("opus");
  },
  "Selectors by class name work": () =>
    expect(styled(".fast { llm_model: flash; }", ', class="fast"').model).toBe("flash"),
  "Selectors by node ID work": () => expect(styled("#a { reasoning_effort: low; }", "").effort).toBe("low"),
  "Specificity order: universal < shape < class < ID": () => {
    const rules = [
      "* { llm_model: m1; }",
      "box { llm_model: m2; }",
      ".c { llm_model: m3; }",
      "#a { llm_model: m4; }",
    ];
    for (let upTo = 1; upTo <= rules.length; upTo++) {
      // Written the other way round: order must not matter, only the selector.
      const sheet = rules.slice(0, upTo).reverse().join(" ");
      expect(styled(sheet, ', shape=box, class="c"').model).toBe(`m${upTo}`);
    }
  },
  "Stylesheet properties are overridden by explicit node attributes": () =>
    expect(styled("#a { llm_model: sheet; }", ', llm_model="own"').model).toBe("own"),
};
