import { describe, expect, it } from "vitest";
import { isOfLeg } from "../../engine/core/authority.ts";
import { unfinished } from "../../engine/core/branch-result.ts";
import { expiredPause } from "../../engine/core/decide/pause.ts";
import { plannedLegs } from "../../engine/core/legs.ts";
import { retrace } from "../../engine/core/retrace.ts";
import { liveOf } from "../../engine/ledger/projections/live.ts";
import { frame } from "./graphs.ts";
import {
  ended,
  named,
  pipelineOf,
  play,
  ran,
  resumeWorld,
  run,
  type Said,
  type World,
  world,
} from "./world.ts";

const agent = (id: string, more = "") => `${id} [prompt="p" ${more}]`;
const LINE = frame(`${agent("a")}; ${agent("b", ", max_retries=5")}; start -> a -> b -> exit`);
const fan = (par = "") =>
  frame(`par [shape=component ${par}]; join [shape=tripleoctagon]
  ${agent("a")}; ${agent("b", ", max_retries=5")}; ${agent("c")}; ${agent("last")}
  start -> par; par -> a -> join; par -> b -> join; par -> c -> join; join -> last -> exit`);

const UNTIL = "2026-12-01T00:00:00.000Z";
const refused: Said = {
  status: "fail",
  failure_reason: "HTTP 402: Your credit balance is too low",
  evidence: { error_code: "quota", http_status: 402, pause: { provider: "anthropic", until: UNTIL } },
};

const resume = (w: World): void =>
  w.append({ event: "run_resumed", by: "ada", reopened: false, lost_attempts: 0 });

const phases = (w: World) => w.settle().map(({ kind, node }) => `${kind} ${node}`);

describe("a provider's billing or quota stop", () => {
  it("R-AGENT-18: pauses the run, spends no retry, and goes on with the next attempt when it is resumed", () => {
    const w = run(LINE, { outcomes: { b: [refused] } });
    expect(ended(w)).toBeNull();
    expect(named(w, "run_paused")).toMatchObject([
      { node_id: "b", visit: 1, attempt: 1, provider: "anthropic", until: UNTIL },
    ]);
    expect([named(w, "retry_decision"), named(w, "stage_retry_sleep")]).toEqual([[], []]);
    expect(phases(w)).toEqual(["pause b"]);
    expect(liveOf(w.state)).toMatchObject({
      status: "paused",
      current: [{ node_id: "b", phase: "paused" }],
      pauses: [{ node_id: "b", provider: "anthropic", reason: refused.failure_reason, until: UNTIL }],
    });
    resume(w);
    expect(w.settle()).toMatchObject([{ kind: "stage", node: "b", visit: 1, attempt: 2, notBefore: null }]);
    play(w);
    expect(ended(w)?.event).toBe("run_completed");
    // What had ended before is not done again.
    expect([ran(w, "a"), ran(w, "b")]).toEqual([1, 2]);
  });

  it("R-AGENT-18: pauses again when it is not paid, however often, and never counts as a failure of the stage", () => {
    const w = run(
      frame(`${agent("a")}; start -> a -> exit`, ", max_node_failures=1, loop_restart_signature_limit=1"),
      {
        outcomes: { a: [refused] },
      },
    );
    for (let n = 2; n <= 20; n++) {
      resume(w);
      play(w, { outcomes: { a: [refused] } });
      expect(named(w, "run_paused")).toHaveLength(n);
    }
    resume(w);
    play(w);
    expect(ended(w)?.event).toBe("run_completed");
  });

  it("R-AGENT-18: is what the evidence says, not what a stage writes: the same reason without it fails", () => {
    const { evidence: _, ...said } = refused;
    expect(
      ended(run(LINE, { outcomes: { b: [{ ...said, evidence: { error_code: "quota" } }] } })),
    ).toMatchObject({
      event: "run_failed",
      failed_node: "b",
      failure_class: "deterministic",
    });
  });

  it("R-AGENT-18: in a branch lets the others finish, then the join waits, and takes every result after the resume", () => {
    const w = run(fan(), { outcomes: { b: [refused], a: [{ status: "success", commit: "aaaa" }] } });
    expect(named(w, "leg_paused")).toMatchObject([
      { branch_key: "par/v1/02-b", why: "billing", node_id: "b", provider: "anthropic" },
    ]);
    expect(named(w, "branch_completed").map(({ status }) => status)).toEqual(["success", "success"]);
    expect([named(w, "run_paused"), named(w, "fanout_joined")]).toEqual([[], []]);
    expect([phases(w), liveOf(w.state).status]).toEqual([["pause b"], "paused"]);
    // No job is made for a branch that only a person can move.
    expect(plannedLegs(w.pipeline, w.state)).toBeNull();
    resume(w);
    expect(plannedLegs(w.pipeline, w.state)?.branches.map(({ start_node }) => start_node)).toEqual(["b"]);
    play(w);
    expect(ended(w)?.event).toBe("run_completed");
    expect(["a", "b", "c", "last"].map((node) => ran(w, node))).toEqual([1, 2, 1, 1]);
    expect(w.state.branches.map(({ commit }) => commit)).toContain("aaaa");
  });

  it("R-AGENT-18: a paused branch keeps its place among max_parallel, so that no other one burns a call", () => {
    const w = run(fan(", max_parallel=1"), { outcomes: { a: [refused] } });
    expect(["a", "b", "c"].map((node) => ran(w, node))).toEqual([1, 0, 0]);
    resume(w);
    expect(ended(play(w))?.event).toBe("run_completed");
  });

  it("R-AGENT-18: a join that needs a paused branch no longer ends it: first_success, fail_fast", () => {
    const first = run(fan(", join_policy=first_success"), { outcomes: { a: [refused] } });
    expect(ended(first)?.event).toBe("run_completed");
    const fast = run(fan(", error_policy=fail_fast"), { outcomes: { a: [refused], b: ["fail: broken"] } });
    expect(ended(fast)).toMatchObject({ event: "run_failed", failed_node: "join" });
  });

  it("R-AGENT-18: a run of minutes does not lose those in which it was paused; money and attempts stay spent", () => {
    const budget = { usd: 1, tokens: null, minutes: 60, attempts: 10, on_unknown: "block" as const };
    const paid = { ...refused, usage: [{ provider: "anthropic", cost_usd: 0.4 }] };
    const w = play(world(pipelineOf(LINE), { budget }), { outcomes: { b: [paid] } });
    const last = w.log.at(-1)!;
    const later = resumeWorld(w.pipeline, [
      ...w.log,
      {
        seq: last.seq + 1,
        ts: new Date(Date.parse(last.ts) + 3 * 86_400_000).toISOString(),
        run_id: "r1",
        event: "run_resumed",
        by: "ada",
        reopened: false,
        lost_attempts: 0,
      },
    ]);
    expect(later.state.pausedMs).toBe(3 * 86_400_000);
    expect(later.settle()).toMatchObject([{ kind: "stage", node: "b", attempt: 2 }]);
    const spent = [...later.state.usage.values()].map(({ usd }) => usd);
    expect([spent, later.state.attempts]).toEqual([[0.4], w.state.attempts]);
  });

  it("R-AGENT-18: that nobody resumes fails its stage after seven days, with the provider's reason", () => {
    const w = run(LINE, { outcomes: { b: [refused] } });
    const scope = w.state.scopes.get("")!;
    const [effect] = w.settle();
    expect(effect?.kind === "pause" && effect.pause.deadline).toBe(w.state.now + 7 * 86_400_000);
    w.append(expiredPause(scope));
    w.settle();
    expect(ended(w)).toMatchObject({
      event: "run_failed",
      failed_node: "b",
      failure_reason: `${refused.failure_reason}; nobody resumed the run within 7 days`,
    });
    w.append({ event: "run_resumed", by: "ada", reopened: true, lost_attempts: 0 });
    expect(ended(play(w))?.event).toBe("run_completed");
  });

  it("R-AGENT-18: a paused run is canceled like any other, and resumes where it stood", () => {
    for (const graph of [LINE, fan()]) {
      const w = run(graph, { outcomes: { b: [refused], c: [{ status: "success", commit: "cccc" }] } });
      w.append({ event: "cancellation_requested", reason: "enough", by: "ada" });
      w.settle();
      expect(ended(w)).toMatchObject({ event: "run_canceled", reason: "enough" });
      w.append({ event: "run_resumed", by: "ada", reopened: true, lost_attempts: 0 });
      expect(ended(play(w))?.event).toBe("run_completed");
      expect([ran(w, "a"), ran(w, "b")]).toEqual([1, 2]);
    }
  });

  it("R-AGENT-18: a branch that is lost with its job takes with it what rested inside", () => {
    const inner =
      frame(`par [shape=component]; join [shape=tripleoctagon]; in [shape=component]; out [shape=tripleoctagon]
      ${agent("a")}; ${agent("b")}; ${agent("c")}; ${agent("last")}
      start -> par; par -> in; in -> a -> out; in -> b -> out; out -> join; par -> c -> join; join -> last -> exit`);
    const w = run(inner, { outcomes: { b: [refused] } });
    const key = "par/v1/01-in";
    expect([...w.state.scopes.keys()]).toEqual(["", key, `${key}/in/v1/02-b`]);
    const branch = w.state.scopes.get(key)!.branch!;
    w.append({
      ...{ event: "branch_completed", branch_key: key, fan_node: "par", fan_visit: 1, status: "fail" },
      result: unfinished(branch, "fail", "lost"),
    });
    expect([...w.state.scopes.keys()]).toEqual([""]);
    expect(ended(play(w))?.event).toBe("run_completed");
  });

  it("R-AGENT-18: a trunk job may say it, a branch only of itself, and nobody of a stage that did not end so", () => {
    const { log, pipeline } = run(LINE, { outcomes: { b: [refused] } });
    const from = () => resumeWorld(pipeline, log.slice(0, 1)).state;
    expect(retrace(pipeline, from(), log.slice(1)).problem).toBeNull();
    const fine = run(LINE).log;
    const at = fine.findIndex(
      ({ event, ...line }) => event === "stage_attempt_end" && "node_id" in line && line.node_id === "b",
    );
    const claims = [...fine.slice(1, at), { ...fine[at]!, ...about(), event: "run_paused" as const }];
    expect(retrace(pipeline, from(), claims as typeof log).problem).toContain(
      "run_paused of b does not follow",
    );
    const said = named(run(fan(), { outcomes: { b: [refused] } }), "leg_paused")[0]!;
    expect([isOfLeg(said, "par/v1/02-b"), isOfLeg(said, "par/v1/01-a")]).toEqual([true, false]);
    expect(isOfLeg({ event: "run_paused", ...about() }, "par/v1/02-b")).toBe(false);
    // A branch that works says that it is paused: it is not.
    const w = world(pipelineOf(fan()));
    w.settle();
    w.append({ event: "leg_paused", branch_key: "par/v1/01-a", why: "billing", provider: "x" });
    expect(w.state.scopes.get("par/v1/01-a")?.cursor.phase).toBe("at");
  });
});

const about = () => ({ node_id: "b", visit: 1, attempt: 1, provider: "anthropic" });
