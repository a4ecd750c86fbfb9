import { describe, expect, it } from "vitest";
import { prepare } from "../../engine/graph/prepare.ts";
import { ended, named, play, ran, route, world } from "../core/world.ts";

/** Files by their path from the graph. */
const reader = (files: Readonly<Record<string, string>>) => (path: string) => {
  const text = Object.hasOwn(files, path) ? files[path] : undefined;
  return text === undefined
    ? ({ ok: false, error: "there is no such file" } as const)
    : ({ ok: true, text } as const);
};

const outer = (body: string) => `digraph g { graph [goal="Outer"]
  start [shape=Mdiamond]; exit [shape=Msquare]
  sub [shape=folder, dot_file="parts/check.dot", label="Check it"]
  ${body} }`;
const LINE = outer(
  'start -> sub; sub -> exit [condition="outcome=success"]; sub -> fix [condition="outcome=fail"]; fix [prompt="Fix for $goal"]; fix -> sub',
);
const CHECK = `digraph check { graph [goal="Inner", default_max_retries=2, model_stylesheet="* { llm_model: small; }"]
  begin [shape=Mdiamond]; done [shape=Msquare]
  lint [shape=parallelogram, tool_command="lint"]
  ask [prompt="Look at it for $goal", retry_target="lint"]
  begin -> lint; lint -> ask; ask -> done }`;
const prepared = (source: string, files: Readonly<Record<string, string>>) =>
  prepare(source, { readPrompt: reader(files) });
const errors = (source: string, files: Readonly<Record<string, string>>) =>
  prepared(source, files).diagnostics.filter(({ severity }) => severity === "error");
const whole = (source: string, files: Readonly<Record<string, string>>) => {
  const { pipeline, diagnostics } = prepared(source, files);
  if (pipeline === null) throw new Error(JSON.stringify(diagnostics));
  return pipeline;
};

describe("a sub-graph by reference", () => {
  const pipeline = whole(LINE, { "parts/check.dot": CHECK });

  it("R-LANG-10: stands in its node's place, its ids under the node's", () => {
    expect([...pipeline.stages.keys()].toSorted()).toEqual(
      ["exit", "fix", "start", "sub", "sub.ask", "sub.done", "sub.lint"].toSorted(),
    );
    const edges = [...pipeline.out.values()].flat().map(({ from, to }) => `${from}>${to}`);
    expect(edges.toSorted()).toEqual(
      [
        "start>sub",
        "sub>sub.lint",
        "sub.lint>sub.ask",
        "sub.ask>sub.done",
        "sub.done>exit",
        "sub.done>fix",
        "fix>sub",
      ].toSorted(),
    );
    const indices = [...pipeline.out.values()].flat().map(({ index }) => index);
    expect(indices.toSorted((a, b) => a - b)).toEqual(
      indices.map((_, position) => position).toSorted((a, b) => a - b),
    );
    expect(pipeline.stages.get("sub.ask")?.retryTarget).toBe("sub.lint");
  });

  it("R-LANG-10: keeps its own goal, models and retries; what it leaves open is the whole graph's", () => {
    expect(pipeline.stages.get("sub.ask")).toMatchObject({
      prompt: "Look at it for Inner",
      llmModel: "small",
      maxRetries: 2,
    });
    expect(pipeline.stages.get("fix")).toMatchObject({
      prompt: "Fix for Outer",
      llmModel: null,
      maxRetries: 0,
    });
    const open = whole(outer("start -> sub -> exit"), {
      "parts/check.dot":
        'digraph c { b [shape=Mdiamond]; d [shape=Msquare]; a [prompt="For $goal"]; b -> a -> d }',
    });
    expect(open.stages.get("sub.a")?.prompt).toBe("For Outer");
  });

  it("R-LANG-10: runs as one graph: an outcome leaves it as it would leave the node", () => {
    const first = play(world(pipeline), { outcomes: { "sub.ask": ["fail: no", "success"] } });
    expect(route(first)).toEqual([
      "start>sub",
      "sub>sub.lint",
      "sub.lint>sub.ask",
      "sub.ask>sub.done",
      "sub.done>fix",
      "fix>sub",
      "sub>sub.lint",
      "sub.lint>sub.ask",
      "sub.ask>sub.done",
      "sub.done>exit",
    ]);
    expect(ended(first)?.event).toBe("run_completed");
    expect(ran(first, "sub.lint")).toBe(2);
    expect(named(first, "edge_selected").at(-1)?.condition).toBe("outcome=success");
  });

  it("R-LANG-10: is drawn as a group, or folded as one node", () => {
    const group = prepared(LINE, { "parts/check.dot": CHECK }).graph?.subgraphs.find(
      ({ id }) => id === "sub",
    );
    expect(group?.label).toBe("Check it");
    expect(group?.nodes.toSorted()).toEqual(["sub", "sub.ask", "sub.done", "sub.lint"]);
    const folded = prepare(LINE, { foldSubGraphs: true });
    expect([...folded.graph!.nodes.keys()].toSorted()).toEqual(["exit", "fix", "start", "sub"]);
  });

  it("R-LANG-10: may hold sub-graphs and prompt files, each found beside the file that names it", () => {
    const files = {
      "parts/check.dot":
        'digraph c { b [shape=Mdiamond]; d [shape=Msquare]; in [shape=folder, dot_file="deep/x.dot"]; b -> in -> d }',
      "parts/deep/x.dot":
        'digraph x { b [shape=Mdiamond]; d [shape=Msquare]; a [prompt_file="p.md"]; b -> a -> d }',
      "parts/deep/p.md": "Deep in it",
    };
    expect(whole(outer("start -> sub -> exit"), files).stages.get("sub.in.a")?.prompt).toBe("Deep in it");
  });

  it("R-LANG-10: asks for its inputs of the whole run", () => {
    const files = {
      "parts/check.dot":
        'digraph c { graph [inputs="level"]; b [shape=Mdiamond]; d [shape=Msquare]; a [prompt="$input.level"]; b -> a -> d }',
    };
    const { pipeline } = prepared(outer('inputs="name"; start -> sub -> exit'), files);
    expect(pipeline?.inputSpecs.map(({ key }) => key)).toEqual(["name", "level"]);
  });

  it("R-LANG-10: in a branch of a fan-out it is part of the branch", () => {
    const { pipeline } = prepared(
      outer(
        'fan [shape=component]; join [shape=tripleoctagon]; other [prompt="x"]; start -> fan; fan -> sub -> join; fan -> other -> join; join -> exit',
      ),
      { "parts/check.dot": CHECK },
    );
    const w = play(world(pipeline!));
    expect(ended(w)?.event).toBe("run_completed");
    expect(named(w, "branch_completed")).toHaveLength(2);
  });
});

describe("a sub-graph that cannot be put there", () => {
  const plain = outer("start -> sub -> exit");

  it.each([
    ["is not there", {}, /parts\/check.dot of sub cannot be read: there is no such file/],
    ["has no exit", { "parts/check.dot": "digraph c { b [shape=Mdiamond] }" }, /1 starts and 0 exits/],
    [
      "leads back to itself",
      {
        "parts/check.dot":
          'digraph c { b [shape=Mdiamond]; d [shape=Msquare]; i [shape=folder, dot_file="check.dot"]; b -> i -> d }',
      },
      /circle: parts\/check.dot -> parts\/check.dot/,
    ],
    [
      "leads back over another",
      {
        "parts/check.dot":
          'digraph c { b [shape=Mdiamond]; d [shape=Msquare]; i [shape=folder, dot_file="two.dot"]; b -> i -> d }',
        "parts/two.dot":
          'digraph c { b [shape=Mdiamond]; d [shape=Msquare]; i [shape=folder, dot_file="check.dot"]; b -> i -> d }',
      },
      /circle: parts\/check.dot -> parts\/two.dot -> parts\/check.dot/,
    ],
  ])("R-LANG-10: because it %s", (_why, files, message) => {
    expect(
      errors(plain, files as Record<string, string>).map((found) => [found.rule, found.message]),
    ).toEqual([["sub_graph", expect.stringMatching(message)]]);
  });

  it.each(["https://x.example/a.dot", "git+https://x.example/a.dot", "/etc/a.dot", "a\\\\b.dot"])(
    "R-LANG-10: because %s is no file of the repository",
    (path) => {
      const graph = plain.replace("parts/check.dot", path);
      expect(errors(graph, {})[0]).toMatchObject({ rule: "sub_graph", at: { line: 3 } });
    },
  );

  it("R-LANG-10: what is wrong in it is shown in its own file and line", () => {
    const files = { "parts/check.dot": CHECK.replace('retry_target="lint"', 'goal_gate="perhaps"') };
    expect(errors(plain, files)).toMatchObject([
      { rule: "attribute_value", at: { file: "parts/check.dot", line: 4 }, node_id: "sub.ask" },
    ]);
    const broken = { "parts/check.dot": CHECK.replace("begin -> lint;", "begin -> ;") };
    expect(errors(plain, broken)[0]?.at).toMatchObject({ file: "parts/check.dot", line: 5 });
    const condition = {
      "parts/check.dot": CHECK.replace("ask -> done", 'ask -> done [condition="outcome=="]'),
    };
    expect(errors(plain, condition)[0]?.at).toMatchObject({ file: "parts/check.dot", line: 5, column: 62 });
    const sheet = { "parts/check.dot": CHECK.replace("llm_model", "modle") };
    expect(errors(plain, sheet)[0]).toMatchObject({
      rule: "stylesheet_syntax",
      at: { file: "parts/check.dot" },
    });
  });
});
