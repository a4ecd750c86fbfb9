import { describe, expect, it } from "vitest";
import type { BodyOf } from "../../engine/core/events.ts";
import { scene } from "./support/scene.ts";
import { world } from "./support/world.ts";

const DAY = 86_400_000;
const AGENT = `digraph g { graph [goal="g"] start [shape=Mdiamond]; exit [shape=Msquare]
  ask [prompt="p", max_retries=3]; start -> ask -> exit }`;
const UNPAID: Partial<BodyOf<"stage_attempt_end">> = {
  failure_reason: "HTTP 402: pay first",
  failure_class: "deterministic",
  failure_signature: "ask|deterministic|pay",
  evidence: { pause: { provider: "anthropic" } },
};

describe("a provider's billing stop between hops", () => {
  it("R-AGENT-18: no hop is planned for it, whoever looks; resumed, the next hop tries again; after seven days it fails", async () => {
    const w = world(AGENT);
    await w.look();
    w.claim("1");
    w.attempt("ask", "fail", UNPAID);
    w.settle();
    const deadline = Date.UTC(2026, 0, 8);
    expect(await w.look()).toMatchObject({ status: "waiting", lookAgainAt: deadline });
    expect(w.log().at(-1)).toMatchObject({ event: "run_paused", node_id: "ask", provider: "anthropic" });
    w.wait(6 * DAY);
    expect(await w.look({ tried: new Map() })).toMatchObject({ status: "waiting", lookAgainAt: deadline });
    expect(w.dispatches).toHaveLength(1);

    w.append({ event: "run_resumed", by: "ada", reopened: false, lost_attempts: 0 });
    await w.look();
    expect(w.dispatches).toHaveLength(2);
    w.claim("2");
    const place = { node_id: "ask", visit: 1, attempt: 2, max: 4, handler: "agent" };
    w.append(
      { event: "stage_attempt_start", ...place },
      { event: "stage_attempt_end", ...place, status: "fail", duration_ms: 1, ...UNPAID },
    );
    w.settle();
    await w.look();
    w.wait(7 * DAY);
    expect(await w.look()).toMatchObject({ status: "ended" });
    expect(w.log().at(-1)).toMatchObject({
      event: "run_failed",
      failed_node: "ask",
      failure_reason: "HTTP 402: pay first; nobody resumed the run within 7 days",
    });
    expect(w.dispatches).toHaveLength(2);
  });
});

const BRANCHES = `digraph g { graph [goal="g"] start [shape=Mdiamond]; exit [shape=Msquare]
  p [shape=component]; j [shape=tripleoctagon]; a [prompt="p"]; b [prompt="p"]; last [prompt="p"]
  start -> p; p -> a -> j; p -> b -> j; j -> last -> exit }`;

it("R-AGENT-18: on a pull request the run rests and says so; resume is taken when it rests, and goes on", async () => {
  const s = await scene(BRANCHES);
  s.hops.says = (node, nth) => (["a", "last"].includes(node) && nth === 1 ? "unpaid" : "success");
  const id = await s.comment("/attractor run g.dot");
  await s.settle();
  expect(s.hops.ran).toEqual(["a", "b"]);
  expect(s.checks(`c${id}`).at(-1)).toMatchObject({
    conclusion: "action_required",
    title: "Paused: anthropic asks for money or time",
  });
  const sticky = s.sticky(`c${id}`);
  expect(sticky).toContain("### ⏸️ g.dot is paused");
  expect(sticky).toContain(
    "<code>a</code> in branch <code>p/v1/01-a</code>: <code>anthropic</code> refused.",
  );
  expect(sticky).toContain(`/attractor resume c${id}`);

  let release: () => void = () => undefined;
  s.hops.midLeg = () => new Promise((resolve) => (release = resolve));
  await s.comment("/attractor resume");
  await s.until(() => s.hops.ran.length === 2 && [...s.repository.runs.values()].length === 2);
  await s.comment("/attractor resume");
  await s.until(() => s.replies().length === 2);
  expect(s.replies()).toEqual([
    expect.stringContaining("goes on."),
    expect.stringContaining("is still going on"),
  ]);
  s.hops.midLeg = null;
  release();
  await s.settle();
  expect(s.hops.ran).toEqual(["a", "b", "a", "j", "last"]);
  expect((await s.log(`c${id}`)).findLast(({ event }) => event === "run_paused")).toMatchObject({
    node_id: "last",
  });

  await s.comment("/attractor resume");
  await s.settle();
  expect(s.failures).toEqual([]);
  expect((await s.log(`c${id}`)).at(-1)).toMatchObject({ event: "run_completed" });
  expect(s.hops.ran).toEqual(["a", "b", "a", "j", "last", "last"]);
  s.box.assertClean();
});
