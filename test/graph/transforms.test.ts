import { describe, expect, it } from "vitest";
import { bindInputs } from "../../engine/graph/inputs.ts";
import type { Graph } from "../../engine/graph/model.ts";
import { parse } from "../../engine/graph/parse.ts";
import { prepare } from "../../engine/graph/prepare.ts";
import type { Transform } from "../../engine/graph/transforms.ts";

const graphOf = (body: string): string =>
  `digraph g {\n  start [shape=Mdiamond]\n  exit [shape=Msquare]\n${body}\n}`;

describe("the goal", () => {
  it("R-LANG-2: replaces $goal in prompts, questions and labels, and in whatever stands for the prompt", () => {
    const { pipeline } = prepare(
      graphOf(
        '  goal="Ship $& $goal"\n  a [prompt="Plan: $goal! ($goal)"]\n  b [label="Do $goal"]\n  start -> a -> b -> exit',
      ),
    );
    expect(pipeline?.stages.get("a")?.prompt).toBe("Plan: Ship $& $goal! (Ship $& $goal)");
    expect(pipeline?.stages.get("b")?.prompt).toBe("Do Ship $& $goal");
  });

  it("leaves longer names and commands alone, and is empty when there is none", () => {
    const { pipeline } = prepare(
      graphOf(
        '  a [prompt="$goals and $goal"]\n  b [shape=parallelogram, tool_command="echo $goal"]\n  start -> a -> b -> exit',
      ),
    );
    expect(pipeline?.stages.get("a")?.prompt).toBe("$goals and ");
    expect(pipeline?.stages.get("b")?.toolCommand).toBe("echo $goal");
  });
});

describe("the stylesheet", () => {
  const models = (body: string): (string | null)[] =>
    [...prepare(graphOf(`${body}\n  start -> a -> exit`)).pipeline!.stages.values()]
      .filter(({ id }) => id === "a")
      .map(({ llmModel }) => llmModel);

  it.each([
    [
      "an explicit attribute",
      'llm_model=graph; model_stylesheet="#a { llm_model: sheet }"; a [llm_model=node]',
      "node",
    ],
    ["an alias of it", 'model_stylesheet="#a { llm_model: sheet }"; a [model=node]', "node"],
    [
      "a default of nodes",
      'model_stylesheet="#a { llm_model: sheet }"; node [llm_model=default]; a',
      "default",
    ],
    ["a rule", 'llm_model=graph; model_stylesheet="#a { llm_model: sheet }"; a', "sheet"],
    ["the graph", 'llm_model=graph; model_stylesheet="#b { llm_model: sheet }"; a', "graph"],
    ["nobody", "a", null],
  ])("R-LANG-2, R-LANG-6: the model comes from %s", (_, body, model) => {
    expect(models(body)).toEqual([model]);
  });

  it("R-LANG-2: knows shapes, classes and the classes of subgraphs", () => {
    const { pipeline } = prepare(
      graphOf(
        '  model_stylesheet="box { llm_model: s } .code { llm_model: c } .loop-a { llm_model: l }"\n' +
          '  a\n  b [class="x,code"]\n  subgraph x { label="Loop A"; c [prompt="x"] }\n  d [shape=hexagon]\n  start -> a -> b -> c -> d -> exit',
      ),
    );
    expect(["a", "b", "c", "d"].map((id) => pipeline?.stages.get(id)?.llmModel)).toEqual([
      "s",
      "c",
      "l",
      null,
    ]);
  });
});

describe("prompt files", () => {
  const source = graphOf('  goal="tidy up"\n  a [prompt_file="prompts/a.md"]\n  start -> a -> exit');

  it("become the prompt, and are expanded like one", () => {
    const asked: string[] = [];
    const { pipeline } = prepare(source, {
      readPrompt: (path) => {
        asked.push(path);
        return { ok: true, text: "Please $goal" };
      },
    });
    expect(asked).toEqual(["prompts/a.md"]);
    expect(pipeline?.stages.get("a")?.prompt).toBe("Please tidy up");
  });

  it("that cannot be read are an error at the value, with the reader's reason", () => {
    const { pipeline, diagnostics } = prepare(source, {
      readPrompt: () => ({ ok: false, error: "no such file" }),
    });
    expect(pipeline).toBeNull();
    const found = diagnostics.find(({ rule }) => rule === "prompt_file_missing");
    expect(found?.message).toContain("no such file");
    expect(source.slice(found?.at.offset)).toMatch(/^"prompts\/a.md"/);
  });
});

describe("transforms of the caller's own", () => {
  const rename: Transform = (graph) => ({ ...graph, name: `${graph.name}!` });

  it("R-LANG-7: run after the built-in ones, in order, and before lint", () => {
    const seen: string[] = [];
    const look: Transform = (graph: Graph) => {
      seen.push(graph.name, graph.nodes.get("a")!.attrs.get("prompt")!.value);
      return { ...graph, nodes: new Map([...graph.nodes].filter(([id]) => id !== "exit")) };
    };
    const { diagnostics } = prepare(graphOf('  goal=x\n  a [prompt="$goal"]\n  start -> a -> exit'), {
      transforms: [rename, look],
    });
    expect(seen).toEqual(["g!", "x"]);
    expect(diagnostics.map(({ rule }) => rule)).toContain("terminal_node");
  });

  it("the built-in ones leave the parsed graph as it was", () => {
    const graph = parse(graphOf('  goal=x\n  a [prompt="$goal"]\n  start -> a -> exit')).graph!;
    const before = JSON.stringify([...graph.nodes.values()].map(({ attrs }) => [...attrs]));
    prepare(graphOf('  goal=x\n  a [prompt="$goal"]\n  start -> a -> exit'));
    expect(JSON.stringify([...graph.nodes.values()].map(({ attrs }) => [...attrs]))).toBe(before);
  });
});

describe("inputs", () => {
  const { pipeline } = prepare(
    graphOf(
      '  inputs="issue"\n  goal="Fix $input.issue"\n  a [label="Fix $input.issue.", prompt="$goal for $input.who, $input.issue$input.who"]\n' +
        '  b [shape=parallelogram, tool_command="echo $input.issue"]\n  start -> a -> b -> exit',
    ),
  );

  it("R-LANG-2: are bound once, at the start of a run, in goal, prompts and labels", () => {
    const bound = bindInputs(pipeline!, { issue: "#7 $input.who $&", who: "me" });
    if (!bound.ok) throw new Error(bound.error);
    expect(bound.pipeline.goal).toBe("Fix #7 $input.who $&");
    expect(bound.pipeline.attrs.get("goal")).toBe(bound.pipeline.goal);
    expect(bound.pipeline.stages.get("a")?.prompt).toBe("Fix #7 $input.who $& for me, #7 $input.who $&me");
    expect(bound.pipeline.stages.get("a")?.label).toBe("Fix #7 $input.who $&.");
    expect(bound.pipeline.stages.get("b")?.toolCommand).toBe("echo $input.issue");
    expect(pipeline?.goal).toBe("Fix $input.issue");
  });

  it("that are missing are an error naming all of them, declared or only used", () => {
    expect(bindInputs(pipeline!, {})).toMatchObject({
      ok: false,
      missing: ["issue", "who"],
      error: "g needs the inputs issue, who",
      fix: "give --input issue=… --input who=…",
    });
    expect(bindInputs(pipeline!, { who: "" })).toMatchObject({ ok: false, missing: ["issue"] });
  });

  it("that the graph declares are needed though nothing uses them", () => {
    const { pipeline: unused } = prepare(graphOf('  inputs="issue"\n  start -> exit'));
    expect(bindInputs(unused!, {})).toMatchObject({ ok: false, missing: ["issue"] });
  });

  it("may be empty, and others are ignored", () => {
    expect(bindInputs(pipeline!, { issue: "", who: "", more: "x" }, { others: true })).toMatchObject({
      ok: true,
    });
  });
});
