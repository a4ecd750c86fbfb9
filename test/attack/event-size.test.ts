/** Whatever a stage, a handler, a graph or a person says: the log takes it, or the stage has failed. Never the driver. */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { attemptEnd } from "../../engine/core/attempt-end.ts";
import { matchAnswer } from "../../engine/core/decide/gate.ts";
import { fitting } from "../../engine/core/line-limit.ts";
import type { AttemptResult, JsonValue } from "../../engine/core/outcome.ts";
import { stamp } from "../../engine/ledger/envelope.ts";
import { parseStatus } from "../../engine/stages/status/parse.ts";
import { ended, named as namedIn, pipelineOf, run, world } from "../core/world.ts";
import { folder, graph, named, ran, tool } from "../local/world.ts";

/** One byte may take six in JSON. */
const text = fc
  .tuple(
    fc.constantFrom("x", '"', "\u0001", "é", "😀", "\\", "\ud800"),
    fc.constantFrom(0, 30, 3_000, 90_000, 190_000, 600_000),
  )
  .map(([letter, length]) => letter.repeat(Math.ceil(length / letter.length)));
const some = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined, freq: 1 });
const values = fc.oneof(text, fc.jsonValue(), fc.integer(), fc.array(text, { maxLength: 3 }));

const said = fc.record({
  status: fc.oneof(
    { weight: 5, arbitrary: fc.constantFrom("success", "fail", "retry", "skipped", "odd") },
    { weight: 1, arbitrary: text },
  ),
  preferred_label: some(text),
  suggested_next_ids: some(fc.array(text, { maxLength: 4 })),
  context_updates: some(fc.dictionary(fc.oneof(fc.string(), text), values, { maxKeys: 6 })),
  notes: some(text),
  failure_reason: some(text),
  failure_class: some(fc.oneof(fc.constantFrom("transient_infra", "nonsense"), text)),
  failure_signature: some(text),
  details: some(values),
  meta: some(values),
});
const deep = fc
  .nat(70)
  .map((depth) => `{"status":"success","context_updates":{"k":${"[".repeat(depth)}${"]".repeat(depth)}}}`);
const statusFile = fc.oneof(
  { weight: 5, arbitrary: said.map((value) => JSON.stringify(value)) },
  { weight: 1, arbitrary: fc.json() },
  { weight: 1, arbitrary: fc.uint8Array({ maxLength: 200 }) },
  { weight: 1, arbitrary: deep },
);

const NO_GIT = { version: 1, git: { commit_per_node: false } };
const TS = "2026-01-01T00:00:00.000Z";

/** As the driver records it; throws where the ledger refuses. */
function recorded(result: Partial<AttemptResult>) {
  const w = world(pipelineOf(graph(`${tool("it", "x")}; s -> it -> e`)));
  const [effect] = w.settle();
  if (effect?.kind !== "stage") throw new Error("no stage");
  const end = fitting(
    attemptEnd(w.pipeline, w.state, effect, {
      outcome: { status: "success" },
      evidence: {},
      durationMs: 1,
      ...result,
    }),
  );
  stamp([{ ts: TS, ...end }], "r", { seq: 1, ts: TS });
  // Reads it back as a resume would, and goes on.
  w.append({ event: "stage_attempt_start", node_id: "it", visit: 1, attempt: 1, max: 1, handler: "tool" });
  w.append(end);
  w.settle();
  return end;
}

describe("what a stage says", () => {
  it("R-CTX-4: any status file is an outcome that the log takes, with all that the engine adds to it", () => {
    fc.assert(
      fc.property(statusFile, fc.constantFrom("x", "\u0001"), (content, letter) => {
        const parsed = parseStatus("status.json", Buffer.from(content), new Set(["odd"]));
        if (!parsed.ok) return;
        const { context_updates = {} } = parsed.outcome;
        const output = letter.repeat(100_000 / JSON.stringify(letter).length);
        recorded({
          outcome: { ...parsed.outcome, context_updates: { "tool.output": output, ...context_updates } },
        });
      }),
      { numRuns: 150 },
    );
  });

  it("R-LIFE-1: whatever real stages write, each ends, the next one runs, and the run has its end", async () => {
    const files = fc.sample(statusFile, 20);
    const at = join(folder(), "files");
    mkdirSync(at);
    for (const [n, content] of files.entries()) writeFileSync(join(at, `n${n}`), content);
    const node = (_: unknown, n: number) =>
      tool(`n${n}`, 'cat "$ATTRACTOR_INPUT_AT/$ATTRACTOR_NODE_ID" > "$ATTRACTOR_STATUS_PATH"');
    const way = (_: unknown, n: number) => {
      const to = n + 1 < files.length ? `n${n + 1}` : "e";
      return `n${n} -> ${to} [condition="outcome=success"]; n${n} -> ${to} [condition="outcome!=success"]`;
    };
    const source = graph(`${files.map(node).join("; ")}; s -> n0; ${files.map(way).join("; ")}`);
    const { log, final } = await ran(source, { config: NO_GIT, inputs: { at } });
    const ends = new Set(named(log, "stage_attempt_end").map((end) => end.node_id));
    expect([...ends].filter((id) => id.startsWith("n"))).toHaveLength(files.length);
    expect(["success", "fail"]).toContain(final?.status);
  });

  it("R-FAIL-1, R-FAIL-3: more than fits is a typed failure that names the field; a failure keeps its own cause", () => {
    const context_updates = { a: "x".repeat(600_000) };
    expect(recorded({ outcome: { status: "success", context_updates } })).toMatchObject({
      status: "fail",
      failure_class: "deterministic",
      failure_reason: expect.stringContaining("context_updates"),
      evidence: { error_code: "outcome_too_large" },
    });
    const own = recorded({ outcome: { status: "fail", failure_reason: "no such test", context_updates } });
    expect(own).toMatchObject({ failure_reason: "no such test", notes: expect.stringContaining("left out") });
    expect(own).not.toHaveProperty("context_updates");
  });

  it("R-FAIL-1: notes, labels, names and codes are cut with a mark, and nothing else is lost", () => {
    const long = "y".repeat(100_000);
    const end = recorded({
      outcome: {
        status: "success",
        notes: long,
        preferred_label: long,
        suggested_next_ids: [long, "e"],
        context_updates: { kept: long },
      },
      evidence: { error_code: long, exit_code: 0 },
    });
    const { context_updates, ...rest } = end as { context_updates: object };
    expect(context_updates).toEqual({ kept: long });
    expect(JSON.stringify(rest).length).toBeLessThan(8_000);
    expect(end).toMatchObject({
      status: "success",
      notes: expect.stringContaining("cut: 100000 bytes"),
      suggested_next_ids: [expect.stringContaining("cut:"), "e"],
    });
  });

  it("R-OBS-1: usage in more words than fit has a cost that nobody can say", () => {
    const usage = Array.from({ length: 1_000 }, (_, n) => ({
      provider: "p",
      model: `${n}${"\u0001".repeat(600)}`,
      cost_usd: 1,
    }));
    expect(recorded({ usage })).toMatchObject({ status: "fail", usage: [{ provider: "p", cost_usd: null }] });
    expect(recorded({ usage: [{ model: "m".repeat(600_000), cost_usd: 1 }] })).toMatchObject({
      status: "success",
      usage: [{ cost_usd: 1 }],
    });
  });
});

describe("what others say", () => {
  it.each([
    [
      "a circle",
      () =>
        Object.assign(
          {},
          {
            get self() {
              return this;
            },
          },
        ),
    ],
    ["a number without an end", () => ({ n: 10n })],
    ["a function", () => ({ f: () => 1 })],
  ])(
    "R-LANG-7: a handler whose context is %s has failed, and the run goes on by its edges",
    async (_what, make) => {
      const handler = async () => ({
        outcome: { status: "success", context_updates: make() as Record<string, JsonValue> },
        evidence: {},
        durationMs: 1,
      });
      const source = graph(
        `odd [type="mine"]; ${tool("after", "true")}; s -> odd; odd -> e [condition="outcome=success"]; odd -> after [condition="outcome=fail"]; after -> e`,
      );
      const { log, final } = await ran(source, { config: NO_GIT, handlers: { mine: handler } });
      const [end] = named(log, "stage_attempt_end").filter((event) => event.node_id === "odd");
      expect(end).toMatchObject({
        status: "fail",
        failure_reason: expect.stringContaining("gave back no result"),
      });
      expect(final?.status).toBe("success");
    },
  );

  it("R-LIFE-1: a handler's notes and result of any length end no driver", async () => {
    const source = graph(`big [type="mine"]; s -> big; big -> e [condition="outcome=success"]`);
    const { log, final } = await ran(source, {
      config: NO_GIT,
      handlers: {
        mine: async (request) => {
          request.note({ event: "warning", code: "c", message: "w".repeat(700_000) });
          return {
            outcome: {
              status: "success",
              notes: "n".repeat(700_000),
              context_updates: { k: "c".repeat(700_000) },
            },
            evidence: {},
            durationMs: 1,
          };
        },
      },
    });
    expect(named(log, "warning")[0]?.message).toContain("cut: 700000 bytes");
    expect(final).toMatchObject({ status: "fail", failed_node: "big" });
    expect(final?.failure_reason).toContain("context_updates");
  });

  it("R-GH-7: a question is cut, choices that do not fit fail their gate, an answer that does not fit is refused", () => {
    const asks = (label: string, options: number, size: number) =>
      run(`digraph g { goal="g"; start [shape=Mdiamond]; exit [shape=Msquare]; ask [shape=hexagon, label="${label}", human.freeform=true]
        ${Array.from({ length: options }, (_, n) => `n${n} [shape=parallelogram, tool_command="x"]; ask -> n${n} [label="${n} ${"o".repeat(size)}"]; n${n} -> exit;`).join("\n")}
        start -> ask }`);
    const open = asks("q".repeat(300_000), 2, 3);
    expect(namedIn(open, "human_gate_waiting")[0]?.question.length).toBeLessThan(20_000);
    const cursor = open.state.scopes.get("")?.cursor;
    if (cursor?.phase !== "gate") throw new Error("no gate");
    expect(matchAnswer(cursor.gate, "a".repeat(200_000))).toMatchObject({
      ok: false,
      message: expect.stringContaining("put it into a file"),
    });
    expect(matchAnswer(cursor.gate, "a".repeat(20_000))).toMatchObject({ ok: true });
    expect(ended(asks("q", 30, 20_000))).toMatchObject({
      event: "run_failed",
      failure_class: "structural",
      failure_reason: expect.stringContaining("shorter labels"),
    });
  });

  it("R-FAN-5: a branch through more nodes than its result can count fails, and says what to do", () => {
    const ids = Array.from({ length: 3_000 }, (_, n) => `a_stage_with_quite_a_long_name_${n}`);
    const w =
      run(`digraph g { goal="g"; start [shape=Mdiamond]; exit [shape=Msquare]; fan [shape=component]; join [shape=tripleoctagon]
      node [shape=parallelogram, tool_command="x"]; other; ${ids.join("; ")}
      start -> fan; fan -> ${ids.join(" -> ")} -> join; fan -> other -> join; join -> exit }`);
    const results = namedIn(w, "branch_completed");
    expect(results.map((end) => end.status).sort()).toEqual(["fail", "success"]);
    for (const { seq: _seq, run_id: _run, ...event } of results)
      expect(() => stamp([event], "r", { seq: 1, ts: "" })).not.toThrow();
    expect(results.find((end) => end.status === "fail")?.result.cause?.reason).toContain("several branches");
  });

  it("R-LIFE-8: an edge's words are cut in the log and still lead where they lead", async () => {
    const label = "l".repeat(700_000);
    const { final, log } = await ran(
      graph(`${tool("a", "true")}; s -> a; a -> e [label="${label}", condition="outcome=success"]`),
      { config: NO_GIT },
    );
    expect(final?.status).toBe("success");
    expect(named(log, "edge_selected").at(-1)?.label).toContain("cut: 700000 bytes");
  });
});
