import { expect, it } from "vitest";
import { prepare } from "../../engine/graph/prepare.ts";
import { graphJson } from "../../engine/report/graph-json.ts";
import { overlayOf } from "../../engine/report/model.ts";
import { pictureOf } from "../../engine/report/picture.ts";
import { ellipsis, textWidth, wrapText } from "../../engine/report/text-width.ts";
import { failedRun, stage } from "./example.ts";

const SOURCE = `digraph g {
  graph [goal="Do it", rankdir=LR, model_stylesheet="* { llm_provider: zai; llm_model: glm-4.7; }"]
  start [shape=Mdiamond]
  exit [shape=Msquare, label="Done"]
  subgraph cluster_a { label="Outer"
    subgraph cluster_b { label="Inner"
      work [prompt="write the status file", goal_gate=true, retry_target=work]
      test [shape=parallelogram, tool_command="
        make test
        make clean"]
    }
    good [shape=diamond]
    loop [shape=house, stack.child_dotfile="child.dot", manager.max_cycles=3]
  }
  subgraph cluster_c { label="Alone"; ask [shape=hexagon, label="Ship?"] }
  start -> work -> test -> good
  good -> ask [condition="outcome=success"]
  good -> work [label="Again", condition="outcome!=success && context.failure_class!=transient_infra", weight=2]
  good -> work [condition="outcome=fail && context.failure_class=transient_infra", loop_restart=true, weight=3]
  good -> loop [label="Skipped", condition="outcome=skipped"]
  good -> loop [label="blue", condition="preferred_label=Blue && context.tool.output=x"]
  loop -> exit [condition="outcome=success"]
  loop -> exit [label="Gave up", condition="outcome!=success"]
  ask -> exit [label="[Y] Yes"]
  ask -> work [label="[N] No"]
}`;
const { pipeline, graph } = prepare(SOURCE);
const drawing = pictureOf(pipeline!, graph!.subgraphs);
const node = (id: string) => drawing.nodes.find((each) => each.id === id)!;
const told = (from: string) =>
  drawing.edges.filter((edge) => edge.from === from).map(({ label, when, tone }) => [label, when, tone]);

it("a node's second line says which model, which command, which child", () => {
  expect(drawing).toMatchObject({ title: "g", goal: "Do it", direction: "LR" });
  expect(node("work")).toMatchObject({ kind: "agent", detail: "zai · glm-4.7", goalGate: true });
  // A script of several lines: its first says nothing.
  expect(node("test").detail).toBe("");
  expect(node("loop").detail).toBe("child.dot");
  expect(node("exit")).toMatchObject({ label: "Done", detail: "" });
});

it.each([
  ["npm test", "Check", "npm test"],
  ["make test", "make test", ""],
  ["missing=; for t in a b; do true; done", "Tools there?", ""],
  ["cd x && make", "Build", ""],
  ["echo $HOME", "Home", ""],
  ["./scripts/check.sh --fast", "Check", "./scripts/check.sh --fast"],
])("R-EASE-8: no shell script stands in a drawing: of %j under %j it shows %j", (command, label, shown) => {
  const source = `digraph g { s [shape=Mdiamond]; e [shape=Msquare]; t [shape=parallelogram, label=${JSON.stringify(label)}, tool_command=${JSON.stringify(command)}]; s -> t -> e }`;
  const [tool] = pictureOf(prepare(source).pipeline!).nodes.filter(({ id }) => id === "t");
  expect(tool?.detail).toBe(shown);
});

it("conditions are told in the words that differ, and not again where label and colour tell them", () => {
  expect(told("good")).toEqual([
    ["", "success", "success"],
    ["Again", "not transient_infra", "fail"],
    ["", "transient_infra", "fail"],
    ["Skipped", "", "plain"],
    ["blue", "Blue · tool.output = x", "plain"],
  ]);
  expect(told("loop")).toEqual([
    ["", "success", "success"],
    ["Gave up", "", "fail"],
  ]);
});

it("a node stands in its innermost group, and a group of one is none", () => {
  expect(drawing.groups).toEqual([
    { label: "Inner", nodes: ["work", "test"] },
    { label: "Outer", nodes: ["good", "loop"] },
  ]);
});

it("JSON carries the run when there is one; what it does not name is pending", () => {
  const json = graphJson(pipeline!, graph!, {
    nodes: [{ id: "work", state: "fail", visits: 2, durationMs: 12, note: "why" }],
  });
  const run = (id: string) => json.nodes.find((each) => each.id === id)!.run;
  expect(run("work")).toEqual({ state: "fail", visits: 2, duration_ms: 12, note: "why" });
  expect(run("test")).toEqual({ state: "pending", visits: 0, duration_ms: null });
  expect(graphJson(pipeline!, graph!).nodes[0]).not.toHaveProperty("run");
  expect(json.subgraphs.map(({ label }) => label)).toEqual(["Outer", "Inner", "Alone"]);
});

it("a node that ran in several branches shows the most urgent of them, and all visits", () => {
  const rows = [
    stage("a", "success", { branchKey: "1", durationMs: 5 }),
    stage("a", "fail", { branchKey: "2", durationMs: null, visits: 3 }),
    stage("b", "success", { durationMs: null }),
  ];
  expect(overlayOf({ ...failedRun, stages: rows }).nodes).toEqual([
    { id: "a", state: "fail", visits: 4, durationMs: 5 },
    { id: "b", state: "success", visits: 1, durationMs: null },
  ]);
});

it("text is broken at spaces and behind the joints of names, never inside a character", () => {
  expect(wrapText("Verify the scaffold", 13, 90, 3)).toEqual(["Verify the", "scaffold"]);
  expect(wrapText("impl_architecture_review", 13, 100, 3)).toEqual(["impl_", "architecture_", "review"]);
  for (const text of [
    "one two three four five six seven",
    "👩‍👩‍👧".repeat(40),
    "x".repeat(500),
    "漢字".repeat(50),
    "a_b-c/d.e ".repeat(20),
  ]) {
    const lines = wrapText(text, 13, 100, 3);
    expect(lines.length).toBeLessThanOrEqual(3);
    for (const line of lines) {
      expect(textWidth(line, 13)).toBeLessThanOrEqual(100.01);
      expect(line.isWellFormed()).toBe(true);
    }
    expect(lines.at(-1)).toMatch(text.length > 60 ? /…$/ : /./);
  }
  expect(wrapText("  ", 13, 100, 3)).toEqual([]);
  expect(ellipsis("short", 13, 100)).toBe("short");
});
