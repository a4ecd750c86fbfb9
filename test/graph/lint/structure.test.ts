import { describe, expect, it } from "vitest";
import { findings, graphOf, places } from "./findings.ts";

describe("start and exit", () => {
  it("are recognised by id when a node has no shape of its own, whatever the default shape is", () => {
    const graph = `digraph g { node [shape=box]; Start; End; work [prompt="x"]; Start -> work -> End }`;
    expect(places(graph, "start_node")).toEqual([]);
    expect(places(graph, "terminal_node")).toEqual([]);
  });

  it("are not recognised by id against an explicit shape", () => {
    const graph = `digraph g { start [shape=box]; exit [shape=Msquare]; start -> exit }`;
    expect(findings(graph, "start_node")[0]?.message).toContain("start has another shape");
  });

  it("names the second of two starts", () => {
    const graph = graphOf("  begin [shape=circle]\n  start -> exit\n  begin -> exit");
    expect(places(graph, "start_node")).toEqual(["error begin"]);
  });

  it("R-LANG-6: several exits are allowed", () => {
    const graph = graphOf(
      "  failed [shape=doublecircle]\n  a [shape=diamond]\n  start -> a -> exit\n  a -> failed",
    );
    expect(places(graph, "terminal_node")).toEqual([]);
    expect(places(graph, "exit_no_outgoing")).toEqual([]);
  });

  it("checks each of several exits for edges that leave it", () => {
    const graph = graphOf("  done [shape=Msquare]\n  start -> exit\n  start -> done -> exit");
    expect(places(graph, "exit_no_outgoing")).toEqual(["error done->exit"]);
  });
});

describe("reachability", () => {
  it("R-LANG-6: a node without edges is a warning, an unreachable part of the flow an error", () => {
    const graph = graphOf('  note [label="Read me"]\n  lost [prompt="x"]\n  start -> exit\n  lost -> exit');
    expect(places(graph, "reachability")).toEqual(["warning note", "error lost"]);
  });

  it("follows retry targets, a node's and the graph's", () => {
    const graph = graphOf(
      '  retry_target="fix"\n  work [prompt="x", retry_target="help"]\n  fix [prompt="x"]\n  help [prompt="x"]\n' +
        "  start -> work -> exit\n  fix -> work\n  help -> work",
    );
    expect(places(graph, "reachability")).toEqual([]);
  });

  it("leaves the cut-off rest alone when an edge leads to an undeclared node", () => {
    const graph = graphOf('  work [prompt="x"]\n  start -> wrok\n  work -> exit');
    expect(findings(graph).filter(({ severity }) => severity === "error")).toHaveLength(1);
  });

  it("guesses the name that an undeclared end was meant to be, and names it once", () => {
    const graph = graphOf('  implement [prompt="x"]\n  start -> implment -> exit\n  start -> implement');
    const found = findings(graph, "edge_target_exists");
    expect(found.map(({ fix }) => fix)).toEqual(["write implement, or declare implment"]);
  });
});

describe("ways to the exit", () => {
  it("R-LANG-6: a dead end is reported, and so is a loop that nothing leaves", () => {
    const graph = graphOf(
      '  a [prompt="x"]\n  b [prompt="x"]\n  c [prompt="x"]\n  start -> exit [label=x]\n  start -> a [label=y]\n  a -> b -> c -> b',
    );
    expect(places(graph, "no_way_to_exit")).toEqual(["warning a", "warning b", "warning c"]);
  });

  it.each([
    ["the only exit", "  a\n  start -> a -> a", ["error exit"]],
    ["every exit", "  end [shape=Msquare]\n  a\n  start -> a -> a", ["error exit", "error end"]],
    ["one exit of two", "  end [shape=Msquare]\n  a\n  start -> a -> end", ["warning exit"]],
  ])("R-EASE-4: where no exit can be reached each is an error: %s", (_, body, expected) => {
    expect(places(graphOf(body), "reachability")).toEqual(expected);
  });

  it("counts a retry target as a way", () => {
    const graph = graphOf('  a [prompt="x", retry_target="b"]\n  b [prompt="x"]\n  start -> a\n  b -> exit');
    expect(places(graph, "no_way_to_exit")).toEqual([]);
  });

  it.each(["agent", "tool", "manager"])("a %s stage that falls into the exit is reported", (kind) => {
    const attrs = {
      agent: "",
      tool: 'shape=parallelogram, tool_command="true"',
      manager: 'shape=house, stack.child_dotfile="c.dot"',
    };
    const graph = graphOf(`  a [${attrs[kind as keyof typeof attrs]}]\n  start -> a -> exit`);
    expect(places(graph, "fallible_to_exit_unconditional")).toEqual(["warning a->exit"]);
  });

  it.each([
    ["a goal gate", 'goal_gate=true, retry_target="a"'],
    ["a conditional", "shape=diamond"],
    ["a human gate", "shape=hexagon"],
  ])("%s may lead to the exit without a condition", (_, attrs) => {
    expect(places(graphOf(`  a [${attrs}]\n  start -> a -> exit`), "fallible_to_exit_unconditional")).toEqual(
      [],
    );
  });
});

describe("goal gates", () => {
  it("may have their retry target on the graph", () => {
    const graph = graphOf('  retry_target="work"\n  work [goal_gate=true]\n  start -> work -> exit');
    expect(places(graph, "goal_gate_has_retry")).toEqual([]);
    expect(places(graph, "goal_gate_cannot_retry")).toEqual([]);
  });

  it("cannot be retried from a graph target that lies behind them", () => {
    const graph = graphOf(
      '  retry_target="b"\n  a [goal_gate=true]\n  b [prompt="x"]\n  start -> a -> b -> exit',
    );
    expect(places(graph, "goal_gate_cannot_retry")).toEqual(["warning a"]);
  });

  it("can be retried from a stage behind them that leads back", () => {
    const graph = graphOf(
      '  a [goal_gate=true, retry_target="b"]\n  b [prompt="x"]\n  start -> a -> b -> exit\n  b -> a [condition="outcome=fail"]',
    );
    expect(places(graph, "goal_gate_cannot_retry")).toEqual([]);
  });

  it("are not gone round by other branches of their fan-out", () => {
    const graph = graphOf(
      '  f [shape=component]\n  j [shape=tripleoctagon]\n  a [goal_gate=true]\n  b [prompt="x"]\n  start -> f -> {a b} -> j -> exit',
    );
    expect(places(graph, "exit_without_goal_gate")).toEqual([]);
  });
});

describe("ids", () => {
  it.each(["parallel", "outputs", "preflight", "worktree", "Artifacts", "con", "NUL", "com1"])(
    "R-LANG-6: %s is a name like any other",
    (id) => {
      const graph = graphOf(`  ${id} [prompt="x"]\n  start -> ${id} -> exit`);
      expect(findings(graph).filter(({ severity }) => severity === "error")).toEqual([]);
    },
  );

  it("a keyword in quotes is reserved", () => {
    const graph = graphOf('  "Graph" [prompt="x"]\n  start -> "Graph" -> exit');
    expect(places(graph, "reserved_id")).toEqual(["error Graph"]);
  });

  it("a name of an object's property is an ordinary name", () => {
    const graph = graphOf(
      '  __proto__ [prompt="x"]\n  constructor [prompt="x"]\n  start -> __proto__ -> constructor -> exit',
    );
    expect(findings(graph).filter(({ severity }) => severity === "error")).toEqual([]);
  });
});
