/** Each event of the published schema is written by somebody, and occurs in a run or a unit here (R-OBS-6). */
import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { EVENT_NAMES, type EventName } from "../../engine/core/events.ts";
import {
  ended,
  finish,
  named,
  pipelineOf,
  play,
  run,
  type Said,
  start,
  type World,
  world,
} from "../core/world.ts";
import { graph, ran, tool } from "../local/world.ts";

const ROOT = new URL("../../", import.meta.url).pathname;

/** Who writes an event says its name; the schema and those that only read do not count. */
const READERS =
  /^engine\/(?:core\/(?:events|fold|authority|retrace|fork)|report|diagnose)|^cli\/screen|^app\/pages|^github\/notify/;
const WRITTEN = /event: "([a-z_]+)"/g;

function writtenSomewhere(): Set<string> {
  const files = globSync("{engine,github,app,action,cli}/**/*.ts", { cwd: ROOT }).filter(
    (path) => !READERS.test(path),
  );
  return new Set(
    files.flatMap((path) =>
      [...readFileSync(join(ROOT, path), "utf8").matchAll(WRITTEN)].map(([, name]) => name!),
    ),
  );
}

const frame = (body: string, attrs = "") => `digraph g { graph [goal="g" ${attrs}]
  start [shape=Mdiamond]; exit [shape=Msquare]
  ${body}
}`;
const work = (id: string, more = "") => `${id} [shape=parallelogram, tool_command="true" ${more}]`;
const late: Said = { status: "fail", failure_reason: "late", evidence: { timed_out: true } };
const priced = (usd: number): Said => ({
  status: "success",
  usage: [{ provider: "x", cost_usd: usd, input_tokens: 5 }],
});
const unpaid: Said = { status: "fail", failure_reason: "pay", evidence: { pause: { provider: "x" } } };
const budget = { usd: 4, tokens: null, minutes: null, attempts: null, on_unknown: "allow" } as const;

/** Worlds in which what seldom happens does. */
const WORLDS: readonly (() => World)[] = [
  () => run(frame(`${work("a", ", max_retries=1")}; start -> a -> exit`), { outcomes: { a: ["fail: no"] } }),
  () =>
    run(frame(`${work("a", ", max_retries=1")}; start -> a -> exit`), { outcomes: { a: [late, "success"] } }),
  () =>
    run(
      frame(
        `${work("a")}; start -> a; a -> exit [condition="outcome=success"]; a -> a [condition="outcome=fail"]`,
      ),
      { outcomes: { a: ["fail: same"] } },
    ),
  () =>
    run(
      frame(
        `${work("a")}; start -> a; a -> exit [condition="outcome=success"]; a -> a [condition="outcome=fail"]`,
        ", max_node_visits=2",
      ),
      { outcomes: { a: ["fail: same"] } },
    ),
  ...["fail: deterministic", late].map(
    (said) => () =>
      run(
        frame(
          `${work("a")}; start -> a; a -> exit [condition="outcome=success"]; a -> a [condition="outcome=fail", loop_restart=true]`,
        ),
        { outcomes: { a: [said] } },
      ),
  ),
  () =>
    run(frame(`${work("a")}; ${work("g", ', goal_gate=true, retry_target="a"')}; start -> a -> g -> exit`), {
      outcomes: { g: ["fail: red", "success"] },
    }),
  () =>
    run(frame(`r [shape=hexagon]; ${work("a")}; start -> r; r -> a [label="[A] Go"]; a -> exit`), {
      answers: { r: "a" },
    }),
  () => run(frame(`${work("a")}; start -> a -> exit`), { outcomes: { a: [unpaid] } }),
  underBudget,
  canceledInBranches,
];

function underBudget(): World {
  const dot =
    frame(`par [shape=component]; join [shape=tripleoctagon]; ${work("a")}; ${work("b")}; ${work("c")}
    start -> par; par -> a -> join; par -> b -> join; join -> c -> exit`);
  return play(world(pipelineOf(dot), { budget }), { outcomes: { a: [priced(1)], b: [priced(3)] } });
}

function canceledInBranches(): World {
  const dot = frame(`par [shape=component]; join [shape=tripleoctagon]; ${work("a")}; ${work("b")}
    start -> par; par -> a -> join; par -> b -> join; join -> exit`);
  const w = world(pipelineOf(dot));
  const effects = w.settle().flatMap((effect) => (effect.kind === "stage" ? [effect] : []));
  for (const effect of effects) start(w, effect);
  w.append({ event: "cancellation_requested", reason: "enough", by: "tester" });
  for (const effect of effects)
    finish(w, effect, { status: "fail", failure_reason: "stopped", evidence: { canceled: true } });
  w.settle();
  return w;
}

/** What only hops, legs, people and failing providers do; each with the test that sees it. */
const ELSEWHERE: Readonly<Partial<Record<EventName, string>>> = {
  hop_planned: "test/app/claimed.test.ts",
  hop_started: "test/app/advance.test.ts",
  hop_settled: "test/action/settle-parcels.test.ts",
  agent_steered: "test/core/steered.test.ts",
  agent_told: "test/agents/steering.test.ts",
  hop_lost: "test/app/faults.test.ts",
  leg_paused: "test/sim/long.test.ts",
  run_resumed: "test/local/lifecycle.test.ts",
  run_aborted: "test/action/settle-trunk.test.ts",
  llm_failover: "test/local/failover.test.ts",
  escalation_model_switch: "test/local/failover.test.ts",
  cxdb_context: "test/cxdb/record.test.ts",
};

describe("the events of the contract", () => {
  it("R-OBS-6: each is written by some code", () => {
    const written = writtenSomewhere();
    expect(EVENT_NAMES.filter((name) => !written.has(name))).toEqual([]);
  });

  it("R-OBS-6: each occurs in a run here, or in the test that is named for it", async () => {
    const real = await ran(
      graph(`par [shape=component]; j [shape=tripleoctagon]; ${tool("before", "sleep 0.5")}; ${tool("a", "sleep 0.2")}; ${tool("b", `echo '{"status":"success"}' > "$ATTRACTOR_STATUS_PATH"`)}; ask [prompt="p"]; ${tool("hung", "sleep 30")}
        s -> before -> par; par -> a -> j; par -> b -> j; j -> ask -> hung; hung -> e`),
      {
        simulate: "{}",
        config: {
          version: 1,
          runtime_policy: {
            heartbeat_interval_ms: 20,
            stall_timeout_ms: 1500,
            stall_check_interval_ms: 50,
          },
        },
      },
    );
    const odd = await ran(
      graph(
        `${tool("a", `echo '{"status":"success","context_updates":{"graph.goal":"x"}}' > "$ATTRACTOR_STATUS_PATH"`)}; s -> a -> e`,
      ),
    );
    const seen = new Set<EventName>([...real.log, ...odd.log].map(({ event }) => event));
    for (const make of WORLDS) for (const { event } of make().log) seen.add(event);
    const unseen = EVENT_NAMES.filter((name) => !seen.has(name));
    expect(unseen.filter((name) => ELSEWHERE[name] === undefined)).toEqual([]);
    for (const [name, path] of Object.entries(ELSEWHERE)) {
      const lines = readFileSync(join(ROOT, path), "utf8").split("\n");
      const looks = lines.filter(
        (line) =>
          line.includes(`"${name}"`) && /expect|= named|!== "/.test(line) && !line.includes("toEqual([])"),
      );
      expect(looks, `${path} asserts ${name}`).not.toEqual([]);
    }
  });
});

describe("events that were promised and never written", () => {
  it("R-OBS-6, R-LIVE-5: a cancel is told where it ends each branch and the trunk, once, before their ends", () => {
    const w = canceledInBranches();
    expect(
      named(w, "cancellation_exit").map(({ branch_key, node_id, reason }) => [branch_key, node_id, reason]),
    ).toEqual(
      [
        ["par/v1/01-a", undefined, "enough"],
        ["par/v1/02-b", undefined, "enough"],
        [undefined, undefined, "enough"],
      ].map(([key, , reason], i) => [key, ["a", "b", "par"][i], reason]),
    );
    const names = w.log.map(({ event }) => event);
    expect(names.indexOf("cancellation_exit")).toBeLessThan(names.indexOf("branch_completed"));
    expect(names.at(-2)).toBe("cancellation_exit");
    expect(ended(w)?.event).toBe("run_canceled");
  });

  it("R-OBS-6: a run that was canceled, resumed and canceled again tells both", () => {
    const w = canceledInBranches();
    w.append({ event: "run_resumed", by: "tester", reopened: true, lost_attempts: 0 });
    w.settle();
    w.append({ event: "cancellation_requested", reason: "again", by: "tester" });
    w.settle();
    expect(named(w, "cancellation_exit").filter(({ branch_key }) => branch_key === undefined)).toMatchObject([
      { reason: "enough" },
      { reason: "again" },
    ]);
  });

  it("R-OBS-6, R-OBS-3: each branch's reservation is settled once, with what it spent", () => {
    const w = underBudget();
    expect(named(w, "budget_reserved")[0]?.usd).toEqual({ "par/v1/01-a": 2, "par/v1/02-b": 2 });
    expect(named(w, "budget_settled")).toMatchObject([
      { branch_key: "par/v1/01-a", reserved_usd: 2, spent_usd: 1, spent_tokens: 5 },
      { branch_key: "par/v1/02-b", reserved_usd: 2, spent_usd: 3, spent_tokens: 5 },
    ]);
    const unpriced = frame(`par [shape=component]; join [shape=tripleoctagon]; ${work("a")}
      start -> par; par -> a -> join; join -> exit`);
    const unknown = play(world(pipelineOf(unpriced), { budget }), {
      outcomes: { a: [{ status: "success", usage: [{ provider: "x", cost_usd: null }] }] },
    });
    expect(named(unknown, "budget_settled")).toMatchObject([{ spent_usd: null }]);
  });

  it("R-OBS-6, R-LIVE-3: a branch's start and end say where its files lie, nested ones too", () => {
    const w = run(
      frame(`o [shape=component]; oj [shape=tripleoctagon]; i [shape=component]; ij [shape=tripleoctagon]; ${work("x")}; ${work("y")}
        start -> o; o -> i; i -> x -> ij; ij -> oj; o -> y -> oj; oj -> exit`),
    );
    for (const name of ["branch_started", "branch_completed"] as const)
      expect(Object.fromEntries(named(w, name).map((e) => [e.branch_key, e.branch_logs_root]))).toEqual({
        "o/v1/01-i": "parallel/o/v1/01-i",
        "o/v1/01-i/i/v1/01-x": "parallel/o/v1/01-i/parallel/i/v1/01-x",
        "o/v1/02-y": "parallel/o/v1/02-y",
      });
  });

  it("R-OBS-6: checkpoint_saved names the last stage that is in checkpoint.json, and the line up to which it knows", async () => {
    const { log } = await ran(
      graph(
        `${tool("a", "true")}; ${tool("b", "sleep 0.6")}; ${tool("c", "sleep 0.6")}; s -> a -> b -> c -> e`,
      ),
    );
    const saved = log.flatMap((event) => (event.event === "checkpoint_saved" ? [event] : []));
    expect(saved.length).toBeGreaterThan(0);
    for (const { node_id, at_seq, seq } of saved) {
      expect(at_seq).toBeLessThan(seq);
      const over = log.filter(({ event, seq: line }) => event === "stage_attempt_end" && line <= at_seq);
      expect(over.at(-1)).toMatchObject({ node_id });
    }
    expect(log.at(-1)?.event).toBe("run_completed");
  });
});
