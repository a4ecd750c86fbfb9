import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { lostAttempts } from "../../engine/core/attempt-end.ts";
import { stateFromJson, stateToJson } from "../../engine/core/checkpoint.ts";
import { runningAttempts, type StageEffect } from "../../engine/core/effects.ts";
import { hash32 } from "../../engine/core/hash.ts";
import { checkpointOf } from "../../engine/ledger/projections/checkpoint.ts";
import { finalOf } from "../../engine/ledger/projections/final.ts";
import { dishonestEnd } from "./honest-end.ts";
import { finish, named, pipelineOf, resumeWorld, type Said, start, type World, world } from "./world.ts";

/** Random graphs: chains of stages, loops, fan-outs, goal gates, restarts; every one passes the parser. */
const kind = fc.constantFrom("tool", "agent", "check", "fan", "gate", "restart", "plain");
const shape = fc.record({
  blocks: fc.array(
    fc.record({
      kind,
      retries: fc.integer({ min: 0, max: 2 }),
      policy: fc.constantFrom("wait_all", "first_success", "k_of_n", "quorum"),
      error: fc.constantFrom("continue", "fail_fast", "ignore"),
      width: fc.integer({ min: 1, max: 4 }),
    }),
    { minLength: 1, maxLength: 5 },
  ),
  attrs: fc.constantFrom("", "max_node_visits=6", "max_node_failures=2", "loop_restart_signature_limit=2"),
  seed: fc.integer(),
});
type Shape = {
  blocks: { kind: string; retries: number; policy: string; error: string; width: number }[];
  attrs: string;
  seed: number;
};

function dotOf(s: Shape): string {
  const lines: string[] = [];
  let at = "start";
  const link = (to: string) => lines.push(`${at} -> ${to}`);
  s.blocks.forEach((b, i) => {
    const id = `n${i}`;
    const retry = `max_retries=${b.retries}, retry.backoff.initial_delay_ms=1`;
    if (b.kind === "tool" || b.kind === "agent") {
      lines.push(
        b.kind === "tool"
          ? `${id} [shape=parallelogram, tool_command="x", ${retry}]`
          : `${id} [shape=box, prompt="p", llm_provider=x, ${retry}]`,
      );
      link(id);
      at = id;
    } else if (b.kind === "check" || b.kind === "restart") {
      lines.push(`${id} [shape=parallelogram, tool_command="x", ${retry}]; ${id}c [shape=diamond]`);
      link(id);
      lines.push(
        `${id} -> ${id}c; ${id}c -> ${id} [condition="outcome=fail"${b.kind === "restart" ? ", loop_restart=true" : ""}]; ${id}d [shape=parallelogram, tool_command="y"]; ${id}c -> ${id}d [condition="outcome=success"]`,
      );
      at = `${id}d`;
    } else if (b.kind === "gate") {
      lines.push(`${id} [shape=parallelogram, tool_command="x", goal_gate=true, retry_target="${id}"]`);
      link(id);
      at = id;
    } else if (b.kind === "plain") {
      // Goes on after a failure: R-FAIL-7 lets it, and its run must say so at the end.
      lines.push(
        `${id} [shape=parallelogram, tool_command="x", ${retry}]; ${id}c [shape=diamond]; ${id}r [shape=parallelogram, tool_command="y"]`,
      );
      link(id);
      lines.push(
        `${id} -> ${id}c; ${id}c -> ${id}r [condition="outcome=fail && context.failure_class=transient_infra", loop_restart=true]; ${id}c -> exit; ${id}c -> ${id}d [condition="outcome=success"]; ${id}d [shape=parallelogram, tool_command="z"]; ${id}r -> exit`,
      );
      at = `${id}d`;
    } else {
      lines.push(
        `${id} [shape=component, join_policy=${b.policy}, error_policy=${b.error}, k=${Math.min(2, b.width)}, max_parallel=2]; ${id}j [shape=tripleoctagon]`,
      );
      link(id);
      for (let w = 0; w < b.width; w++) {
        lines.push(
          `${id}b${w} [shape=parallelogram, tool_command="x", ${retry}]; ${id} -> ${id}b${w} -> ${id}j`,
        );
      }
      at = `${id}j`;
    }
  });
  link("exit");
  return `digraph g { graph [goal="g" ${s.attrs === "" ? "" : `, ${s.attrs}`}] start [shape=Mdiamond]; exit [shape=Msquare]\n${lines.join("\n")} }`;
}

/** Failures that name themselves otherwise. */
const FAILED: readonly Said[] = [
  { status: "retry", failure_reason: "network down" },
  { status: "fail", failure_reason: "context canceled", evidence: { exit_code: 1 } },
  { status: "fail", failure_reason: "stopped", failure_class: "canceled" },
  { status: "fail", failure_reason: "killed by SIGTERM", evidence: { signal: "SIGTERM" } },
  { status: "fail", failure_reason: "canceled while running", evidence: { canceled: true } },
  { status: "fail", failure_reason: "pay first", evidence: { pause: { provider: "p" } } },
];

/** What a stage says depends on the run, not on who runs it or when: the same on every replay. */
function saidBy(seed: number, effect: StageEffect, lost: number): Said {
  const roll = hash32(`${seed}/${effect.scope}/${effect.node}/${effect.visit}/${effect.attempt - lost}`) % 10;
  if (roll < 6) return { status: "success", context_updates: { [`k${roll}`]: roll } };
  if (roll < 8) return { status: "fail", failure_reason: `cause ${"abcdefgh"[roll]} of ${effect.node}` };
  if (roll < 9) return FAILED[hash32(`${seed}/${effect.node}/${effect.visit}`) % FAILED.length]!;
  return { status: "fail", failure_reason: "slow", evidence: { timed_out: true } };
}

const lostOf = (w: World, effect: StageEffect): number =>
  named(w, "stage_attempt_end").filter(
    (e) =>
      (e.branch_key ?? "") === effect.scope &&
      e.node_id === effect.node &&
      e.visit === effect.visit &&
      e.evidence?.lost,
  ).length;

function playOut(w: World, seed: number): World {
  for (let step = 0; step < 5000; step++) {
    const effects = w.settle();
    const [effect] = effects.filter(({ kind }) => kind === "stage");
    // A person pays when nothing else is left to do.
    if (!effect && effects.length > 0) {
      w.append({ event: "run_resumed", by: "ada", reopened: false, lost_attempts: 0 });
      continue;
    }
    if (effect?.kind !== "stage") return w;
    const said = saidBy(seed, effect, lostOf(w, effect));
    start(w, effect);
    finish(w, effect, said);
  }
  throw new Error("the run does not end");
}

/** What a crash may not change. */
const essence = (w: World) => {
  const final = finalOf(w.state);
  const { started_at, finished_at, duration_ms, totals, node_retries, branches, ...rest } = final;
  return { ...rest, branches: branches.map(({ duration_ms: _, node_retries: __, ...b }) => b) };
};

describe("laws of the core", () => {
  it("R-FAIL-4, R-FAIL-8: every run ends under default bounds and no failure as success, with exactly one last line and every start ended", () => {
    fc.assert(
      fc.property(shape, (s) => {
        const w = playOut(world(pipelineOf(dotOf(s))), s.seed);
        expect(w.state.ended).not.toBeNull();
        const ends = w.log.filter(
          (e) => e.event === "run_completed" || e.event === "run_failed" || e.event === "run_canceled",
        );
        expect(ends).toHaveLength(1);
        expect(w.log.at(-1)).toBe(ends[0]);
        expect(named(w, "stage_attempt_start").length).toBe(named(w, "stage_attempt_end").length);
        expect(named(w, "fanout_started").length).toBe(named(w, "fanout_joined").length);
        expect(dishonestEnd(w.log)).toBeNull();
        if (w.state.ended?.event === "run_failed") expect(w.state.ended.failure_reason).not.toBe("");
      }),
      { numRuns: 300 },
    );
  });

  it("R-CKPT-4: a crash after any line and a resume give the same final as no crash", () => {
    fc.assert(
      fc.property(shape, fc.double({ min: 0, max: 0.999, noNaN: true }), (s, where) => {
        const pipeline = pipelineOf(dotOf(s));
        const whole = playOut(world(pipeline), s.seed);
        const cut = 1 + Math.floor(where * (whole.log.length - 1));
        const again = resumeWorld(pipeline, whole.log.slice(0, cut));
        for (const event of lostAttempts(pipeline, again.state, runningAttempts(pipeline, again.state)))
          again.append(event);
        playOut(again, s.seed);
        expect(essence(again)).toEqual(essence(whole));
      }),
      { numRuns: 300 },
    );
  });

  it("R-CKPT-2: state survives a checkpoint unchanged at any line", () => {
    fc.assert(
      fc.property(shape, (s) => {
        const w = playOut(world(pipelineOf(dotOf(s))), s.seed);
        const half = resumeWorld(w.pipeline, w.log.slice(0, Math.ceil(w.log.length / 2)));
        expect(stateFromJson(JSON.parse(JSON.stringify(stateToJson(half.state))))).toEqual(half.state);
      }),
      { numRuns: 100 },
    );
  });

  it("R-CKPT-2: a checkpoint stays small however long a loop runs", () => {
    const dot = `digraph g { graph [goal="g", max_node_visits=3000] start [shape=Mdiamond]; exit [shape=Msquare]
      a [shape=parallelogram, tool_command="x"]; b [shape=parallelogram, tool_command="x"]
      start -> a -> b; b -> a [condition="context.more!=no"]; b -> exit [condition="context.more=no"] }`;
    const w = world(pipelineOf(dot));
    for (let i = 0; i < 5998; i++) {
      const [effect] = w.settle();
      if (effect?.kind !== "stage") break;
      start(w, effect);
      finish(w, effect, { status: "success", context_updates: { more: i > 5990 ? "no" : "yes", i } });
    }
    w.settle();
    expect(w.state.ended?.event).toBe("run_completed");
    expect(w.state.scopes.get("")?.completed.size).toBe(4);
    expect(checkpointOf(w.state).completed_nodes.toSorted()).toEqual(["a", "b", "exit", "start"]);
    const times = named(w, "stage_attempt_start").filter(({ node_id }) => node_id === "a").length;
    expect(times).toBeGreaterThan(2900);
    expect(checkpointOf(w.state)).toMatchObject({
      node_visits: { a: times },
      node_retries: { a: times - 1 },
    });
    expect(JSON.stringify(checkpointOf(w.state)).length).toBeLessThan(8_000);
    expect(JSON.stringify(stateToJson(w.state)).length).toBeLessThan(16_000);
  });
});
