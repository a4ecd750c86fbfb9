/** What `checkpoint.json` says of branches: counts of those that ended as of those that run, and never more than it can hold. */
import { describe, expect, it } from "vitest";
import { checkpointOf } from "../../engine/ledger/projections/checkpoint.ts";
import { frame, tool } from "./graphs.ts";
import { finish, pipelineOf, play, run, start, type World, world } from "./world.ts";

const LOOP =
  frame(`par [shape=component]; join [shape=tripleoctagon]; ${tool("impl")}; ${tool("verify")}; ${tool("other")}
  start -> par; par -> impl -> verify; verify -> join [condition="outcome=success"]; verify -> impl [condition="outcome=fail"]
  par -> other -> join; join -> exit`);

/** Until this stage is due for the nth time. */
function playUntil(node: string, nth: number, verify: readonly string[]): World {
  const w = world(pipelineOf(LOOP));
  const counts = new Map<string, number>();
  for (;;) {
    const effects = w.settle().flatMap((effect) => (effect.kind === "stage" ? [effect] : []));
    const effect = effects.find((one) => one.node !== "other") ?? effects[0];
    if (!effect) return w;
    const seen = counts.get(effect.node) ?? 0;
    if (effect.node === node && seen === nth) return w;
    counts.set(effect.node, seen + 1);
    start(w, effect);
    const said = effect.node === "verify" ? verify[seen] : undefined;
    finish(w, effect, said ? { status: "fail", failure_reason: said } : { status: "success" });
  }
}

describe("branches in a checkpoint", () => {
  it("R-CKPT-1: one that ended keeps its counts while its sibling runs, after the join and at the end", () => {
    const words = ["the first test is red", "a file is missing", "colours are wrong"];
    const counts = {
      status: "success",
      node_visits: { impl: 4, verify: 4 },
      node_retries: { impl: 3, verify: 3 },
    };
    const open = playUntil("verify", 3, words);
    expect(checkpointOf(open.state).branches["par/v1/01-impl"]).toMatchObject({
      current_node: "impl",
      node_visits: { impl: 4, verify: 3 },
      node_retries: { impl: 3, verify: 2 },
    });
    const beside = playUntil("other", 0, words);
    expect(beside.state.scopes.has("par/v1/01-impl")).toBe(false);
    expect(checkpointOf(beside.state).branches).toMatchObject({
      "par/v1/01-impl": counts,
      "par/v1/02-other": { phase: "at" },
    });
    play(beside);
    expect(beside.state.ended?.event).toBe("run_completed");
    expect(checkpointOf(beside.state).branches["par/v1/01-impl"]).toMatchObject(counts);
  });

  it("R-CKPT-1, R-CKPT-2: of a fan-out that is visited again the last visit counts", () => {
    const w = run(
      frame(
        `par [shape=component]; join [shape=tripleoctagon]; ${tool("a")}; ${tool("b")}; ${tool("more")}
          start -> par; par -> a -> join; par -> b -> join; join -> more
          more -> par [condition="outcome=fail"]; more -> exit [condition="outcome=success"]`,
        ", max_node_failures=100, loop_restart_signature_limit=100",
      ),
      { outcomes: { more: [...Array.from({ length: 40 }, () => "fail: again"), "success"] } },
    );
    expect(w.state.ended?.event).toBe("run_completed");
    const checkpoint = checkpointOf(w.state);
    expect(Object.keys(checkpoint.branches)).toEqual(["par/v41/01-a", "par/v41/02-b"]);
    expect(checkpoint.branches_left_out).toBeUndefined();
  });

  it("R-CKPT-2: what there is no room for is left out, the oldest first, and counted", () => {
    const items = Array.from({ length: 900 }, (_, i) => `item-${i}`);
    const w = run(
      frame(`${tool("list")}; par [shape=component, items="files"]; ${tool("work")}; join [shape=tripleoctagon]
        start -> list -> par -> work -> join -> exit`),
      { outcomes: { list: [{ status: "success", context_updates: { files: items } }] } },
    );
    expect(w.state.ended?.event).toBe("run_completed");
    const checkpoint = checkpointOf(w.state);
    const kept = Object.keys(checkpoint.branches);
    expect(kept.at(-1)).toBe("par/v1/900-item-899");
    expect(kept.length).toBeGreaterThan(100);
    expect(kept.length + (checkpoint.branches_left_out ?? 0)).toBe(900);
    expect(JSON.stringify(checkpoint).length).toBeLessThan(96 * 1024);
  });
});
