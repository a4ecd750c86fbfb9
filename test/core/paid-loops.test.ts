/** What the incident's ends cost on the shipped graphs, with their own settings (R-BRK-10). */
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { ended, named, pipelineOf, type Said, type World, run as walk } from "./world.ts";

const graph = (name: string) => readFileSync(new URL(`../../graphs/${name}.dot`, import.meta.url), "utf8");

const turns = (most: number): Said => ({
  status: "fail",
  failure_reason: `turn limit reached (max_turns=${most})`,
  evidence: { error_code: "turn_limit" },
});
const tokens: Said = {
  status: "fail",
  failure_reason: "the context is full",
  evidence: { error_code: "context_length_exceeded" },
};
const words =
  "the layout is wrong|no tests were written|imports do not resolve|colours are missing|docs are empty";
const unrelated = words.split("|").map((text): Said => ({ status: "fail", failure_reason: text }));
const silent: Said = {
  status: "fail",
  failure_reason: "missing status.json (auto_status=false)",
  evidence: { error_code: "status_contract" },
};

const SHAPES: Readonly<Record<string, Readonly<Record<string, readonly Said[]>>>> = {
  "the branches that ran into their turn limits": {
    impl_monsters: [turns(25)],
    verify_monsters: [turns(8)],
    impl_player_io: [turns(25)],
    verify_player_io: [turns(8)],
    impl_outline: [turns(25)],
    verify_outline: [turns(8)],
  },
  "checks that ran into theirs": {
    verify_monsters: [turns(8)],
    verify_player_io: [turns(8)],
    verify_skeleton: [turns(8)],
    verify_review: [turns(8)],
  },
  "a full context": { impl_analysis: [tokens], impl_monsters: [tokens], impl_skeleton: [tokens] },
  "a scaffold that never pleased, in other words each time": { verify_scaffold: unrelated },
  "modules that never pleased": {
    verify_dungeon: unrelated,
    verify_monsters: unrelated,
    verify_outline: unrelated,
  },
  "a goal gate that never held": { verify_qa: unrelated },
  "a review that always found something": { verify_review: unrelated },
  "agents that wrote no status": {
    verify_combat_items: [silent],
    impl_monsters: [silent],
    impl_outline: [silent],
  },
};

/** Attempts per stage that pays a model. */
function paid(w: World): [string, number][] {
  const agents = [...w.pipeline.stages.values()].filter(({ handler }) => handler === "agent");
  const starts = named(w, "stage_attempt_start");
  return agents.map(({ id }) => [id, starts.filter(({ node_id }) => node_id === id).length]);
}

describe.each(["rogue-slow/rogue-slow", "rogue-fast/rogue-fast", "dttf/dttf"])("%s", (name) => {
  it.each(Object.keys(SHAPES))("R-BRK-10: %s cost at most four attempts of any paid node", (shape) => {
    const w = walk(graph(name), { outcomes: SHAPES[shape]! });
    expect(ended(w)).not.toBeNull();
    expect(paid(w).filter(([, attempts]) => attempts > 4)).toEqual([]);
    const scripted = paid(w).filter(([id]) => id in SHAPES[shape]!);
    expect(scripted.some(([, attempts]) => attempts > 0)).toBe(true);
  });

  it("R-BRK-10: sets max_node_failures=4 and asks for no repetition of a session that ran out", () => {
    const { limits, stages } = pipelineOf(graph(name));
    expect(limits.maxNodeFailures).toBe(4);
    expect([...stages.values()].filter(({ retryOn }) => retryOn.length > 0)).toEqual([]);
  });
});

describe("a session that ran into its turn limit", () => {
  const dot = (node: string, more = "") => `digraph g { graph [goal="g" ${more}]
    start [shape=Mdiamond]; exit [shape=Msquare]; a [prompt="p", max_retries=2 ${node}]; start -> a -> exit }`;
  const attempts = (text: string) => {
    const w = walk(text, { outcomes: { a: [turns(25)] } });
    return { times: paid(w)[0]?.[1], blocked: named(w, "stage_retry_blocked").map(({ why }) => why) };
  };

  it("R-BRK-10: is not begun again in place, and an event says what to write", () => {
    expect(attempts(dot(""))).toEqual({
      times: 1,
      blocked: ["class budget_exhausted is retried where retry_on asks for it"],
    });
  });

  it("R-BRK-10: is where its author asked for it, on the node or for all", () => {
    expect(attempts(dot(", retry_on=budget_exhausted"))).toEqual({ times: 3, blocked: [] });
    expect(attempts(dot("", ", retry_on=budget_exhausted"))).toEqual({ times: 3, blocked: [] });
  });
});
