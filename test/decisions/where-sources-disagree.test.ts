import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { matchAnswer } from "../../engine/core/decide/gate.ts";
import { validate } from "../../engine/graph/prepare.ts";
import { judge } from "../../engine/stages/outcome.ts";
import { ended, named, pipelineOf, ran, route, run, world } from "../core/world.ts";

const frame = (body: string): string => `digraph g { start [shape=Mdiamond]; exit [shape=Msquare]; ${body} }`;
const tool = (id: string, more = ""): string => `${id} [shape=parallelogram, tool_command="true"${more}];`;
const codes = (source: string): string[] =>
  validate(source).map(({ rule, severity }) => `${severity} ${rule}`);
const FAN = `f [shape=component]; ${tool("a")} ${tool("b")} start -> f -> {a b};`;
const BOTH_FAIL = { outcomes: { a: ["fail: one"], b: ["fail: two"] } };

/** One for each section of the page, by its heading. */
const SECTIONS: Readonly<Record<string, () => void>> = {
  "A failed stage and an unconditional edge": () => {
    const source = frame(
      `${tool("a", ', retry_target="b"')} ${tool("b")} ${tool("c")} start -> a -> c; b -> exit; c -> exit`,
    );
    expect(route(run(source, { outcomes: { a: ["fail: boom"] } }))).toEqual(["start>a", "a>c", "c>exit"]);
  },
  "A failed fan-in and an unconditional edge": () => {
    const w = run(
      frame(`${FAN} j [shape=tripleoctagon]; ${tool("verify")} {a b} -> j -> verify -> exit`),
      BOTH_FAIL,
    );
    expect(ran(w, "verify")).toBe(0);
    expect(ended(w)?.event).toBe("run_failed");
  },
  "An exit reached through a failure": () => {
    const source = frame(
      `${tool("gate")} start -> gate; gate -> exit [condition="outcome=fail"]; gate -> exit [condition="outcome=success"]`,
    );
    const w = run(source, { outcomes: { gate: ["fail: no cargo"] } });
    expect(ended(w)).toMatchObject({ event: "run_failed", failure_reason: "no cargo" });
  },
  "A dead end": () => {
    const source = frame(
      `${tool("a")} ${tool("b")} start -> a; a -> b; a -> exit [condition="outcome=fail"]`,
    );
    expect(ended(run(source))?.event).toBe("run_failed");
    expect(codes(source)).toContain("warning no_way_to_exit");
  },
  "Several exits": () => {
    const source = frame(
      `other [shape=Msquare]; ${tool("a")} start -> a; a -> other [condition="outcome=success"]; a -> exit [condition="outcome=fail"]`,
    );
    expect(route(run(source)).at(-1)).toBe("a>other");
    expect(ended(run(source))?.event).toBe("run_completed");
    expect(codes(source)).toEqual([]);
  },
  "An orphan node": () => {
    expect(codes(frame("note [label=x, auto_status=true]; start -> exit"))).toEqual(["warning reachability"]);
    expect(codes(frame(`${tool("lost")} start -> exit; lost -> exit [condition="outcome=success"]`))).toEqual(
      ["error reachability"],
    );
  },
  "Implicit fan-out": () => {
    const source = frame(`${tool("a")} ${tool("c")} ${tool("b")} start -> a; a -> c; a -> b; {b c} -> exit`);
    const w = run(source);
    expect(route(w)).toEqual(["start>a", "a>b", "b>exit"]);
    expect(named(w, "edge_selected")[1]?.reason).toBe("lexical_tiebreak");
    expect(codes(source)).toContain("warning several_unconditional_edges");
    const joined = frame(
      `${tool("a")} ${tool("b")} ${tool("c")} j [shape=tripleoctagon]; start -> a -> {b c} -> j -> exit`,
    );
    expect(codes(joined)).toContain("error fan_in_without_fan_out");
  },
  "Retry on FAIL": () => {
    const source = frame(`${tool("a", ", max_retries=2")} start -> a -> exit`);
    expect(ran(run(source, { outcomes: { a: ["fail: 2 tests failed"] } }), "a")).toBe(1);
    const transient = { status: "fail", failure_reason: "x", evidence: { timed_out: true } };
    expect(ran(run(source, { outcomes: { a: [transient] } }), "a")).toBe(3);
  },
  "Attempts when nothing is said": () => {
    expect(pipelineOf(frame(`${tool("a")} start -> a -> exit`)).stages.get("a")?.maxRetries).toBe(0);
  },
  "A missing status": () => {
    const silent = {
      evidence: { exit_code: 0 },
      problem: null,
      ingested: { kind: "missing", looked: ["status.json: not there"] },
    } as const;
    expect(judge({ ...silent, silence: "fail" }).outcome.status).toBe("fail");
    expect(judge({ ...silent, silence: "auto_status" }).outcome.status).toBe("success");
    expect(judge({ ...silent, silence: "success" }).outcome.status).toBe("success");
  },
  "The status of a conditional": () => {
    const source = frame(
      `${tool("a")} c [shape=diamond]; ${tool("fix")} start -> a -> c; c -> fix [condition="outcome=fail"]; c -> exit [condition="outcome=success"]; fix -> exit`,
    );
    expect(route(run(source, { outcomes: { a: ["fail: boom"] } }))).toContain("c>fix");
  },
  "partial_success and outcome=success": () => {
    const source = (condition: string): string =>
      frame(
        `${tool("a")} start -> a; a -> exit [condition="${condition}"]; a -> exit [condition="outcome=fail"]`,
      );
    const partly = { outcomes: { a: ["partial_success"] } };
    expect(ended(run(source("outcome=success"), partly))?.event).toBe("run_failed");
    expect(ended(run(source("outcome!=fail"), partly))?.event).toBe("run_completed");
    const gate = frame(`${tool("a", ', goal_gate=true, retry_target="a"')} start -> a -> exit`);
    expect(ended(run(gate, partly))?.event).toBe("run_completed");
  },
  "An unmatched gate answer": () => {
    const w = world(
      pipelineOf(frame('g [shape=hexagon]; start -> g; g -> exit [label="Yes"]; g -> exit [label="No"]')),
    );
    const effect = w.settle().find(({ kind }) => kind === "gate");
    if (effect?.kind !== "gate") throw new Error("no gate was opened");
    expect(matchAnswer(effect.gate, "perhaps")).toMatchObject({ ok: false });
    expect(matchAnswer(effect.gate, "yes")).toMatchObject({ ok: true });
  },
  "A gate that nobody answered": () => {
    const asks = (more: string) =>
      frame(`ask [shape=hexagon, label="Ship?"]; ${tool("ship")} ${tool("told")} start -> ask; ask -> ship [label="Yes"]; ${more}
        ship -> exit; told -> exit`);
    const silent = { answers: { ask: "TIMEOUT" } };
    const failed = run(asks("ask -> told [label=No];"), silent);
    expect(ended(failed)).toMatchObject({ event: "run_failed", failed_node: "ask" });
    expect([ran(failed, "ship"), ran(failed, "told")]).toEqual([0, 0]);
    expect(route(run(asks('ask -> told [condition="outcome=fail"];'), silent))).toContain("ask>told");
  },
  "Labels of conditional edges": () => {
    const source = frame(
      `${tool("a")} ${tool("b")} ${tool("c")} start -> a; a -> b [label="Fix", condition="outcome=fail"]; a -> c; {b c} -> exit`,
    );
    const preferring = { outcomes: { a: [{ status: "success", preferred_label: "Fix" }] } };
    expect(route(run(source, preferring))).toContain("a>c");
  },
  "Commas between attributes": () => {
    const source =
      'digraph g { start; exit; a [shape=parallelogram; label=x tool_command="true"] [timeout=5, class=c]; start -> a -> exit }';
    expect(pipelineOf(source).stages.get("a")).toMatchObject({
      handler: "tool",
      label: "x",
      timeoutMs: 5000,
      classes: ["c"],
    });
  },
  "A bare timeout": () => {
    expect(
      pipelineOf(frame(`${tool("a", ", timeout=900")} start -> a -> exit`)).stages.get("a")?.timeoutMs,
    ).toBe(900_000);
    expect(codes(frame("g [shape=hexagon, human.timeout=900]; start -> g; g -> exit [label=Yes]"))).toEqual([
      "error attribute_value",
    ]);
  },
  "Model defaults of nodes and the stylesheet": () => {
    const source = frame(
      'model_stylesheet="#a { llm_model: sheet; llm_provider: sheet }"; node [llm_model=default]; a; start -> a -> exit',
    );
    expect(pipelineOf(source).stages.get("a")).toMatchObject({ llmModel: "default", llmProvider: "sheet" });
  },
  "Joining without a fan-in": () => {
    const source = frame(`${FAN} ${tool("meet")} {a b} -> meet -> exit`);
    const w = run(source);
    expect(["a", "b", "meet"].map((node) => ran(w, node))).toEqual([1, 1, 1]);
    expect(ended(w)?.event).toBe("run_completed");
    expect(codes(source)).toContain("warning branches_meet");
  },
};

it.each(Object.entries(SECTIONS))("R-LANG-6: %s", (_, hold) => hold());

it("R-LANG-6: the page has exactly the sections that are held here", () => {
  const page = readFileSync(
    new URL("../../docs/decisions/012-where-sources-disagree.md", import.meta.url),
    "utf8",
  );
  expect([...page.matchAll(/^### (.*)$/gm)].map(([, heading]) => heading)).toEqual(Object.keys(SECTIONS));
});
