import { describe, expect, it } from "vitest";
import { findings, graphOf, places } from "./findings.ts";

const node = (attrs: string): string => graphOf(`  work [${attrs}]\n  start -> work -> exit`);

describe("unknown attributes", () => {
  it.each([
    ["node", node("promt=x"), "write prompt"],
    ["node", node("max_retry=1"), "write max_retries"],
    ["node", node("gaol_gate=true"), "write goal_gate"],
    ["node", node("condition=x"), "move it there"],
    ["graph", graphOf("  gaol=x\n  start -> exit"), "write goal"],
    ["graph", graphOf("  max_retries=3\n  start -> exit"), "write default_max_retries for all stages"],
    ["graph", graphOf("  timeout=900\n  start -> exit"), "write node [timeout=…] for all nodes that follow"],
    ["edge", graphOf("  start -> exit [conditon=x]"), "write condition"],
    ["edge", graphOf("  start -> exit [prompt=x]"), "move it there"],
  ])(
    "R-LANG-3: of a %s that resemble a known one or belong elsewhere are warnings with the fix",
    (_, source, fix) => {
      expect(findings(source, "unknown_attribute")).toMatchObject([{ severity: "warning", fix }]);
    },
  );

  it("that resemble nothing are noted once a name", () => {
    const source = graphOf("  a [team_owner=x]\n  b [team_owner=y]\n  start -> a -> b -> exit");
    expect(places(source, "unknown_attribute")).toEqual(["info a"]);
  });

  it("of Graphviz are left alone", () => {
    const source = graphOf(
      '  rankdir=LR\n  node [fontname="Arial", style=filled]\n  start -> exit [color=red, penwidth=2]',
    );
    expect(places(source, "unknown_attribute")).toEqual([]);
  });

  it("from a default block are reported once", () => {
    const source = graphOf('  node [promt="x"]\n  a\n  b\n  start -> a -> b -> exit');
    expect(findings(source, "unknown_attribute")).toHaveLength(1);
  });

  it("of a node with a handler of the caller's own belong to that handler, unless they look like a slip", () => {
    const source = node('type="deploy", region=eu, tiemout=5');
    expect(findings(source, "unknown_attribute", ["deploy"]).map(({ fix }) => fix)).toEqual([
      "write timeout",
    ]);
  });
});

describe("values", () => {
  it.each([
    ["timeout=15min", "250ms, 900s"],
    ["timeout=-5", "900s"],
    ['timeout="1.5h"', "900s"],
    ["human.timeout=300", "250ms"],
    ["max_retries=two", "digits"],
    ["max_retries=-1", "0 or more"],
    ["max_retries=1.5", "digits"],
    ["goal_gate=si", "true or false"],
    ["default_command_timeout_ms=60s", "write 60000"],
    ["retry.backoff.backoff_factor=fast", "number"],
    ["retry.backoff.backoff_factor=0.5", "at least 1"],
    ["retry_policy=often", "none, standard, aggressive, linear, patient"],
    ["escalation_models=opus", "provider:model"],
    ["budget_usd=0", "more than 0"],
    ["merge=both", "winner, all, none"],
    ['manager.actions="observe,act"', "observe, steer, wait"],
  ])("R-LANG-4: %s is an error that says what to write", (attr, fix) => {
    const [found] = findings(node(attr), "attribute_value");
    expect(found?.severity).toBe("error");
    expect(found?.fix).toContain(fix);
  });

  it.each([
    "timeout=900",
    "timeout=250ms",
    "timeout=1d",
    "goal_gate=True",
    "auto_status=no",
    'max_retries="3"',
    "weight=-2",
  ])("%s is right", (attr) => {
    const source = attr.startsWith("weight") ? graphOf(`  start -> exit [${attr}]`) : node(attr);
    expect(findings(source, "attribute_value")).toEqual([]);
  });

  it("that the list of an open enumeration lacks are warnings", () => {
    expect(findings(node("reasoning_effort=xhigh"), "attribute_value")).toMatchObject([
      { severity: "warning" },
    ]);
  });

  it("from a default block or a chain of edges are reported once", () => {
    const source = graphOf("  node [timeout=soon]\n  a\n  b\n  start -> a -> b -> exit [weight=heavy]");
    expect(findings(source, "attribute_value").map(({ at }) => at.line)).toEqual([4, 7]);
  });

  it.each(["loop_restart_signature_limit", "max_restarts", "max_node_visits", "max_node_failures"])(
    "R-BRK-9: %s below 1 is an error",
    (name) => {
      for (const value of ["0", "-3"]) {
        const source = graphOf(`  ${name}=${value}\n  start -> exit`);
        expect(findings(source, "limit_below_one")).toMatchObject([
          { severity: "error", message: `${name} is ${value}` },
        ]);
      }
      expect(findings(graphOf(`  ${name}=1\n  start -> exit`), "limit_below_one")).toEqual([]);
    },
  );
});

describe("fidelity", () => {
  it("is checked on graph, node and edge", () => {
    const source = graphOf(
      "  default_fidelity=all\n  a [fidelity=ful]\n  start -> a -> exit [fidelity=none]",
    );
    expect(places(source, "fidelity_valid")).toEqual([
      "warning graph",
      "warning a",
      "warning start->a",
      "warning a->exit",
    ]);
    expect(places(source, "attribute_value")).toEqual([]);
  });
});

describe("attributes without effect", () => {
  it("are those that the node's handler does not read", () => {
    expect(places(node("join_policy=wait_all"), "attribute_without_effect")).toEqual(["warning work"]);
    expect(places(node('shape=diamond, prompt="x"'), "attribute_without_effect")).toEqual(["warning work"]);
    expect(places(node('prompt="x", timeout=5'), "attribute_without_effect")).toEqual([]);
  });

  it("may come from defaults, which are meant for some of the nodes", () => {
    const source = graphOf("  node [timeout=900]\n  check [shape=diamond]\n  start -> check -> exit");
    expect(places(source, "attribute_without_effect")).toEqual([]);
  });

  it("are not judged on a node with a handler of the caller's own", () => {
    const source = node('type="deploy", join_policy=wait_all');
    expect(findings(source, "attribute_without_effect", ["deploy"])).toEqual([]);
  });
});

describe("types and shapes", () => {
  it("codergen and agent are the same, and a registered type is known", () => {
    for (const type of ["codergen", "agent", "tool", "parallel.fan_in"]) {
      expect(findings(node(`type="${type}"`), "type_known")).toEqual([]);
    }
    expect(findings(node('type="deploy"'), "type_known", ["deploy"])).toEqual([]);
    expect(findings(node('type="deploy"'), "type_known")).toHaveLength(1);
  });

  it.each(["trapezium", "invtrapezium", "pentagon", "cylinder"])(
    "R-LANG-5: the shape %s is refused",
    (shape) => {
      expect(places(node(`shape=${shape}`), "unsupported_primitive")).toEqual(["error work"]);
      expect(places(node(`shape=${shape}, type=tool, tool_command="true"`), "unsupported_primitive")).toEqual(
        [],
      );
    },
  );

  it.each(["loop.begin", "loop.end", "concurrent.split", "concurrent.join"])(
    "R-LANG-5: the type %s is refused",
    (type) => {
      expect(places(node(`type="${type}"`), "unsupported_primitive")).toEqual(["error work"]);
      expect(places(node(`type="${type}"`), "type_known")).toEqual([]);
    },
  );

  it.each([
    ["ellipse", "warning", undefined],
    ["square", "warning", undefined],
    ["Mcircle", "warning", undefined],
    ["rhombus", "warning", undefined],
    ["mdiamond", "error", "write shape=Mdiamond"],
    ["Hexagon", "error", "write shape=hexagon"],
    ["hexagone", "error", "write shape=hexagon"],
    ["tripleoctogon", "error", "write shape=tripleoctagon"],
  ])(
    "R-EASE-4: the shape %s makes work for a model: %s, an error where one of ours is meant",
    (shape, severity, fix) => {
      const [found] = findings(node(`shape=${shape}`), "shape_known");
      expect(found).toMatchObject({ severity });
      if (fix !== undefined) expect(found?.fix).toBe(fix);
    },
  );
});

describe("inputs", () => {
  it("R-EASE-4: that a prompt or the goal reads without a declaration are reported once each", () => {
    const source = graphOf(
      '  inputs="issue"\n  goal="Fix $input.issue for $input.team"\n  a [prompt="$input.team $input.name"]\n  start -> a -> exit',
    );
    expect(findings(source, "input_declared").map(({ message }) => message)).toEqual([
      "the goal reads $input.team, which inputs does not list",
      "a reads $input.name, which inputs does not list",
    ]);
  });

  it("in a command name the environment variable instead", () => {
    const source = node('shape=parallelogram, tool_command="gh issue view $input.issue"');
    expect(findings(source, "input_declared")).toMatchObject([{ fix: 'write "$ATTRACTOR_INPUT_ISSUE"' }]);
  });
});

describe("manager loops", () => {
  it("may have their child on the graph, or one that somebody else starts", () => {
    expect(
      places(
        graphOf('  "stack.child_dotfile"="c.dot"\n  m [shape=house]\n  start -> m -> exit'),
        "manager_child_required",
      ),
    ).toEqual([]);
    expect(places(node("shape=house, stack.child_autostart=false"), "manager_child_required")).toEqual([]);
    expect(places(node("shape=house"), "manager_child_required")).toEqual(["error work"]);
  });
});

it("a stage that could not end within a hosted job is reported, and 6h is not", () => {
  expect(places(node("timeout=6h"), "timeout_exceeds_job")).toEqual([]);
  expect(places(node("timeout=21601"), "timeout_exceeds_job")).toEqual(["warning work"]);
});

it("speaks of the status file once for all stages whose prompt does not", () => {
  const stages = "abcdefg".split("").map((id) => `  ${id} [prompt="x"]`);
  const source = graphOf(
    `${stages.join("\n")}\n  h [auto_status=true]\n  start -> a -> b -> c -> d -> e -> f -> g -> h -> exit`,
  );
  expect(findings(source, "status_contract_in_prompt").map(({ message }) => message)).toEqual([
    "a, b, c, d, e and 2 more do not say in the prompt what status to write and when",
  ]);
});
