import { describe, expect, it } from "vitest";
import { corpus, corpusText } from "./corpus.ts";
import { edges, graphOf, nodeOf, values } from "./read.ts";

const read = (name: string) => graphOf(corpusText(name));
const valueIn = (name: string, node: string, key: string) => nodeOf(read(name), node).attrs.get(key)?.value;

describe("the specification's examples", () => {
  it("R-LANG-1: the linear workflow", () => {
    const graph = read("spec-simple.dot");
    expect([graph.name, graph.attrs.get("goal")?.value]).toEqual(["Simple", "Run the tests and report"]);
    expect([...graph.nodes.keys()]).toEqual(["start", "exit", "run_tests", "report"]);
    expect(edges(graph)).toEqual(["start -> run_tests", "run_tests -> report", "report -> exit"]);
  });

  it("R-LANG-1: branching with conditions and defaults", () => {
    const graph = read("spec-branch.dot");
    expect(values(nodeOf(graph, "gate").attrs)).toEqual({
      shape: "diamond",
      timeout: "900s",
      label: "Tests passing?",
    });
    expect(graph.edges).toHaveLength(6);
    expect(graph.edges.slice(4).map(({ to, attrs }) => [to, attrs.get("condition")?.value])).toEqual([
      ["exit", "outcome=success"],
      ["implement", "outcome!=success"],
    ]);
  });

  it("R-LANG-1: the human gate, whose targets nothing declares", () => {
    const graph = read("spec-review.dot");
    expect(nodeOf(graph, "review_gate").attrs.get("type")?.value).toBe("wait.human");
    expect([...graph.nodes.values()].filter(({ declared }) => !declared).map(({ id }) => id)).toEqual([
      "ship_it",
      "fixes",
    ]);
    expect(graph.edges.map(({ attrs }) => attrs.get("label")?.value)).toContain("[A] Approve");
  });

  it("R-LANG-1: the stylesheet, a string of several lines", () => {
    const graph = read("spec-stylesheet.dot");
    const sheet = graph.attrs.get("model_stylesheet")?.value.split("\n");
    expect(sheet?.map((line) => line.trim().slice(0, 17))).toEqual([
      "",
      "* { llm_model: cl",
      ".code { llm_model",
      "#critical_review ",
      "",
    ]);
    expect(nodeOf(graph, "critical_review").classes).toEqual(["code"]);
  });

  it("R-LANG-1: the smoke test's pipeline", () => {
    const graph = read("spec-smoke.dot");
    expect([graph.nodes.size, graph.edges.length]).toEqual([5, 6]);
    expect(graph.attrs.get("goal")?.value).toBe("Create a hello world Python script");
    expect(nodeOf(graph, "implement").attrs.get("goal_gate")).toMatchObject({ value: "true", quoted: false });
  });

  it("R-LANG-1: scoped defaults, a derived class, a labelled chain", () => {
    const graph = read("spec-subgraph.dot");
    expect(values(nodeOf(graph, "Plan").attrs)).toMatchObject({ thread_id: "loop-a", timeout: "900s" });
    expect(values(nodeOf(graph, "Implement").attrs)).toMatchObject({ thread_id: "loop-a", timeout: "1800s" });
    expect(nodeOf(graph, "review_code").attrs.has("thread_id")).toBe(false);
    expect(nodeOf(graph, "Plan").classes).toEqual(["loop-a"]);
    expect(nodeOf(graph, "review_code").classes).toEqual(["code", "critical"]);
    expect(graph.edges.map(({ attrs }) => values(attrs))).toEqual(
      Array.from({ length: 4 }, () => ({ weight: "0", label: "next" })),
    );
  });
});

describe("graphs in the style of those in use", () => {
  it.each([
    ["build-test.dot", 6, 7, 0],
    ["card-game.dot", 6, 6, 0],
    ["consensus.dot", 10, 15, 0],
    ["hill-climb.dot", 27, 39, 4],
    ["loop-until-file.dot", 6, 5, 0],
    ["manager.dot", 3, 2, 0],
    ["many-clis.dot", 7, 9, 1],
    ["port-fast.dot", 17, 24, 0],
    ["semantic-port.dot", 7, 9, 0],
    ["tools-only.dot", 4, 3, 0],
    ["two-exits.dot", 5, 4, 0],
    ["web-app.dot", 9, 11, 3],
  ])("R-LANG-1: %s has %i nodes, %i edges, %i subgraphs, all declared", (name, nodes, count, subgraphs) => {
    const graph = read(name);
    expect([graph.nodes.size, graph.edges.length, graph.subgraphs.length]).toEqual([nodes, count, subgraphs]);
    expect([...graph.nodes.values()].every(({ declared }) => declared)).toBe(true);
  });

  it("R-LANG-1: every file of the folder is covered", () => {
    expect(corpus).toHaveLength(18);
  });

  it("R-LANG-1: shell scripts keep their quotes, line ends and backslashes", () => {
    expect(valueIn("build-test.dot", "detect", "tool_command")).toBe(
      "\nif [ -f package.json ]; then echo npm > kind\nelif [ -f go.mod ]; then echo go > kind\n" +
        'else echo "nothing to build" >&2; exit 2\nfi',
    );
    expect(valueIn("build-test.dot", "report", "tool_command")).toContain("printf '# %s\\n' Report");
    expect(valueIn("card-game.dot", "screen", "prompt")).toBe(
      'Draw the piles. Quit on "q"; no C:\new paths.',
    );
    expect(valueIn("semantic-port.dot", "verify", "tool_command")).toBe("npm run check && npm test");
  });

  it("R-LANG-1: restarts of the port are guarded by class", () => {
    const { edges } = read("port-fast.dot");
    const guarded = edges.filter(({ attrs }) => attrs.get("condition")?.value.includes("failure_class"));
    expect(guarded).toHaveLength(4);
    expect(edges.filter(({ attrs }) => attrs.get("loop_restart")?.value === "true")).toHaveLength(2);
    expect(edges.filter(({ from }) => from === "fan").map(({ to }) => to)).toEqual([
      "impl_map",
      "impl_monsters",
      "impl_items",
    ]);
  });

  it("R-LANG-1: classes come from both the attribute and the labels around", () => {
    const graph = read("hill-climb.dot");
    expect(nodeOf(graph, "dod_b").classes).toEqual(["branch-b", "definition-of-done"]);
    expect(nodeOf(read("web-app.dot"), "inbox").classes).toEqual(["build", "pages"]);
    expect(nodeOf(read("web-app.dot"), "sketch").classes).toEqual(["design-1-look--feel"]);
  });

  it("R-LANG-1: dotted keys and bare values", () => {
    const graph = read("manager.dot");
    expect(values(graph.attrs)).toMatchObject({
      "stack.child_dotfile": "graphs/child.dot",
      "stack.child_workdir": "work/child",
    });
    expect(valueIn("manager.dot", "watch", "manager.poll_interval")).toBe("45s");
    expect(values(read("build-test.dot").attrs)).toMatchObject({
      "retry.backoff.initial_delay_ms": "250",
      "retry.backoff.jitter": "false",
    });
    expect(valueIn("many-clis.dot", "claude", "llm_model")).toBe("claude-sonnet-4.5");
  });

  it("R-LANG-1: a group fans out and in", () => {
    expect(edges(read("many-clis.dot")).slice(1, 7)).toEqual([
      "fan -> claude",
      "fan -> codex",
      "fan -> gemini",
      "claude -> gather",
      "codex -> gather",
      "gemini -> gather",
    ]);
  });
});
