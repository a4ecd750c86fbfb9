import { describe, expect, it } from "vitest";
import { sayFor } from "../../engine/core/way-out.ts";
import { ended, finish, pipelineOf, route, start, type World, world } from "./world.ts";

const graph = (body: string) => pipelineOf(`digraph g { s [shape=Mdiamond]; e [shape=Msquare]; ${body} }`);

/** Every stage says what its edges offer. */
function walk(body: string): World {
  const w = world(graph(body));
  for (let step = 0; step < 500; step++) {
    const [effect] = w.settle();
    if (effect?.kind !== "stage") return w;
    const context = Object.fromEntries(w.state.scopes.get(effect.scope)?.context ?? []);
    start(w, effect);
    finish(w, effect, { ...sayFor(w.pipeline, effect.node, effect.visit, context) });
  }
  throw new Error("the walk does not end");
}

describe("what a simulated stage says", () => {
  it("success where an edge takes it", () => {
    const w = walk(
      'a [prompt=x]; s -> a; a -> e [condition="outcome=success"]; a -> a [condition="outcome=fail"]',
    );
    expect(route(w)).toEqual(["s>a", "a>e"]);
  });

  it("an outcome of the author's own, once round the loop, then out of it", () => {
    const w = walk(`pick [prompt=x]; work [prompt=x]; s -> pick; work -> pick
      pick -> work [condition="outcome=process"]; pick -> e [condition="outcome=done"]`);
    expect(route(w)).toEqual(["s>pick", "pick>work", "work>pick", "pick>e"]);
    expect(ended(w)?.event).toBe("run_completed");
  });

  it.each([
    ["a label in a condition", 'a -> e [condition="preferred_label=DONE"]'],
    ["a context value", 'a -> e [condition="context.state=ready && outcome=success"]'],
    ["a number", 'a -> e [condition="context.n>=5"]'],
    ["a list of outcomes", 'a -> e [condition="outcome in (yes, maybe)"]'],
    ["a part of the response", 'a -> e [condition="context.last_response contains READY"]'],
    ["what is not so", 'a -> e [condition="!(outcome=success || context.x)"]'],
    ["behind a conditional", 'd [shape=diamond]; a -> d; d -> e [condition="context.plan=ok"]'],
  ])("what an edge waits for: %s", (_what, edges) => {
    expect(ended(walk(`a [prompt=x]; s -> a; ${edges}`))?.event).toMatch(/^run_(?:completed|failed)$/);
    expect(route(walk(`a [prompt=x]; s -> a; ${edges}`)).at(-1)).toMatch(/>e$/);
  });

  it("a label among edges without a condition, when the first leads in a circle", () => {
    const w = walk(
      'a [prompt=x]; b [prompt=x]; s -> a; a -> b [label="Again"]; a -> e [label="Done"]; b -> a',
    );
    expect(route(w).at(-1)).toBe("a>e");
  });

  it("a graph in which two loops lead into each other ends", () => {
    const w = walk(`a [prompt=x]; b [prompt=x]; s -> a
      a -> b [condition="outcome=success"]; a -> e [condition="outcome=stop"]
      b -> a [condition="outcome=success"]; b -> e [condition="outcome=stop"]`);
    expect(ended(w)?.event).toBe("run_completed");
  });

  it("never what only the engine says", () => {
    const pipeline = graph('a [prompt=x]; s -> a; a -> e [condition="context.human.gate.label=Yes"]; a -> e');
    expect(sayFor(pipeline, "a", 1, {})).toEqual({ status: "success" });
  });
});
