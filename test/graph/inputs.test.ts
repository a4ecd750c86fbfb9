import { describe, expect, it } from "vitest";
import { bindInputs } from "../../engine/graph/inputs.ts";
import { pipelineOf } from "../core/world.ts";
import { graphOf, places } from "./lint/findings.ts";

const graph = (attrs: string, prompt = "Do it") =>
  graphOf(`  graph [${attrs}]\n  a [prompt="${prompt}"]\n  start -> a -> exit`);
const bind = (attrs: string, given: Record<string, string>, prompt?: string) =>
  bindInputs(pipelineOf(graph(attrs, prompt)), given);

describe("declared inputs", () => {
  it.each([
    ['input.n.type="integer"', "12", null],
    ['input.n.type="integer"', "1.5", '"1.5" is not a whole number'],
    ['input.n.type="number"', "1.5", null],
    ['input.n.type="number"', "x", "is not a number"],
    ['input.n.type="boolean"', "yes", null],
    ['input.n.type="boolean"', "maybe", "neither true nor false"],
    ['input.n.type="file"', "docs/a.md", null],
    ['input.n.type="file"', "../a.md", "no path inside the repository"],
    ['input.n.type="file"', "/etc/passwd", "no path inside the repository"],
    ['input.n.choices="low, high"', "high", null],
    ['input.n.choices="low, high"', "middle", "none of low, high"],
    ['input.n.pattern="^v[0-9]+$"', "v12", null],
    ['input.n.pattern="^v[0-9]+$"', "v1.2", "does not match"],
    ['input.n.type="secret"', "API_KEY", null],
  ])("R-LANG-11: %s takes %j or says why not", (attrs, value, problem) => {
    const bound = bind(attrs, { n: value });
    expect(bound.ok ? null : bound.error).toEqual(problem === null ? null : expect.stringContaining(problem));
  });

  it("R-LANG-11: one without a default must be given, one with a default need not", () => {
    expect(bind('inputs="a, b", input.b.default="two"', {})).toMatchObject({ ok: false, missing: ["a"] });
    expect(bind('inputs="a, b", input.b.default="two"', { a: "1" })).toMatchObject({
      ok: true,
      inputs: { a: "1", b: "two" },
    });
    const filled = bind('input.b.default="two"', {}, "Use $input.b");
    expect(filled.ok && filled.pipeline.stages.get("a")?.prompt).toBe("Use two");
  });

  it("R-LANG-11: one that the graph does not know is refused with the nearest name", () => {
    expect(bind('inputs="title"', { title: "x", tilte: "y" })).toMatchObject({
      ok: false,
      error: expect.stringContaining("did you mean title?"),
      fix: "give --input title=…",
    });
    expect(bind("", { foo: "bar" })).toMatchObject({ ok: false, fix: "leave it out; it has none" });
  });

  it("R-LANG-11: one that a command or a condition reads is known, though nobody declared it", () => {
    const pipeline = pipelineOf(
      graphOf(
        '  t [shape=parallelogram, tool_command="echo $ATTRACTOR_INPUT_FOO"]\n  start -> t; t -> exit [condition="context.input.bar=x"]; t -> exit',
      ),
    );
    expect(bindInputs(pipeline, { foo: "1", bar: "2" }).ok).toBe(true);
    expect(bindInputs(pipeline, { baz: "1" }).ok).toBe(false);
  });

  it("R-LANG-11: a secret is given by the name of its variable, and what looks like the secret is not repeated", () => {
    const bound = bind('input.key.type="secret"', { key: "sk-123-abc" });
    expect(bound).toMatchObject({ ok: false, fix: "give --input key=NAME_OF_THE_VARIABLE" });
    expect(JSON.stringify(bound)).not.toContain("sk-123-abc");
    expect(places(graph('input.key.type="secret"', "Use $input.key"), "input_declared")).toEqual(["error a"]);
  });

  it("R-LANG-11: a declaration that would refuse every run is an error", () => {
    expect(places(graph('input.n.type="integer", input.n.default="x"'), "input_declared")).toEqual([
      "error graph",
    ]);
    expect(places(graph('input.n.pattern="("'), "input_declared")).toEqual(["error graph"]);
    expect(places(graph('input.n.type="integr"'), "attribute_value")).toEqual(["error graph"]);
    expect(places(graph('input.n.typ="integer"'), "unknown_attribute")).toHaveLength(1);
  });
});
