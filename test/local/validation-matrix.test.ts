/** The six rows of the postmortem's validation matrix, on this machine. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { Checkpoint } from "../../engine/ledger/projections/checkpoint.ts";
import { finalOf, folder, graph, named, ran, readJson, tool } from "./world.ts";

const status = (json: object) => `cat > "$ATTRACTOR_STATUS_PATH" <<'S'\n${JSON.stringify(json)}\nS`;

describe("R-RUN-4: the validation matrix", () => {
  it("R-RUN-4 row 1: a fan-out of a success, a broken status contract and a turn limit ends, and is classified", async () => {
    const source = graph(`par [shape=component]; j [shape=tripleoctagon]
      ${tool("good", "echo fine")}
      ${tool("contract", `echo '{"status": 7' > "$ATTRACTOR_STATUS_PATH"`)}
      ${tool("turns", status({ status: "fail", failure_reason: "turn limit reached (max_turns=60)" }))}
      ${tool("next", "true")}
      s -> par; par -> good -> j; par -> contract -> j; par -> turns -> j
      j -> next [condition="outcome=success"]; j -> e [condition="outcome!=success"]; next -> e`);
    const { final, log, root } = await ran(source);
    expect(final?.status).toBe("success");
    expect(finalOf(root).branches.map(({ key, status }) => [key, status])).toEqual([
      ["par/v1/01-good", "success"],
      ["par/v1/02-contract", "fail"],
      ["par/v1/03-turns", "fail"],
    ]);
    const [, contract, turns] = finalOf(root).branches;
    expect(contract?.cause).toMatchObject({ node_id: "contract", class: "deterministic" });
    expect(turns?.cause).toMatchObject({
      reason: "turn limit reached (max_turns=60)",
      class: "budget_exhausted",
    });
    expect(named(log, "branch_completed")).toHaveLength(3);
    expect(named(log, "fanout_joined")).toHaveLength(1);
  });

  it("R-RUN-4 row 2, R-LIVE-1: no heartbeat outside a running attempt, and none without one", async () => {
    const source = graph(`par [shape=component]; j [shape=tripleoctagon]
      ${tool("quick", "true")}; ${tool("slow", "i=0; while [ $i -lt 12 ]; do echo $i; sleep 0.05; i=$((i+1)); done")}; ${tool("after", "sleep 0.2")}
      s -> par; par -> quick -> j; par -> slow -> j; j -> after [condition="outcome=success"]; j -> e [condition="outcome!=success"]; after -> e`);
    const { log } = await ran(source, {
      config: { version: 1, runtime_policy: { heartbeat_interval_ms: 20 } },
    });
    const running = new Set<string>();
    const beats: string[] = [];
    for (const event of log) {
      if (!("attempt" in event) || !("visit" in event)) continue;
      const attempt = `${event.branch_key ?? ""}/${event.node_id}/${event.visit}/${event.attempt}`;
      if (event.event === "stage_attempt_start") running.add(attempt);
      if (event.event === "stage_attempt_end") running.delete(attempt);
      if (event.event !== "stage_heartbeat") continue;
      expect(running, `a heartbeat of ${attempt} at line ${event.seq}`).toContain(attempt);
      expect(event.elapsed_ms).toBeGreaterThanOrEqual(event.since_last_output_ms);
      beats.push(event.node_id);
    }
    expect(beats).toEqual(expect.arrayContaining(["slow", "after"]));
    expect(log.findIndex((event) => event.event === "run_completed")).toBe(log.length - 1);
  });

  it("R-RUN-4 row 3: a status at .ai/status.json alone is taken, and the log says from where", async () => {
    const source =
      graph(`${tool("work", `mkdir -p .ai && echo '{"status":"success","notes":"from the worktree"}' > .ai/status.json`)}
      s -> work -> e`);
    const { log, root, final } = await ran(source);
    expect(final?.status).toBe("success");
    expect(named(log, "status_ingestion_decision")).toMatchObject([
      { node_id: "work", source: "dot_ai", copied: true },
    ]);
    expect(readJson(join(root, "work/v1-a1/status.json"))).toMatchObject({ notes: "from the worktree" });
    expect(readJson(join(root, "work/status.json"))).toEqual({
      ...(readJson(join(root, "work/v1-a1/status.json")) as object),
      outcome: "success",
    });
  });

  it("R-RUN-4 row 4, R-FAIL-1: a check keeps the reason of what failed before it, up to the final", async () => {
    const reason = "cannot find module './level-3.js' imported from src/world.ts";
    const source =
      graph(`${tool("build", status({ status: "fail", failure_reason: reason }))}; check [shape=diamond]; ${tool("ship", "true")}
      s -> build -> check; check -> ship [condition="outcome=success"]; ship -> e`);
    const { final, log } = await ran(source);
    expect(final).toMatchObject({ status: "fail", failed_node: "build", failure_reason: reason });
    const check = named(log, "stage_attempt_end").find((end) => end.node_id === "check");
    const build = named(log, "stage_attempt_end").find((end) => end.node_id === "build");
    expect(check).toMatchObject({ status: "fail", failure_reason: reason, passed_on: true });
    expect(check?.failure_signature).toBe(build?.failure_signature);
  });

  it("R-RUN-4 row 5, R-BRK-4: the same failure in other words trips the breaker", async () => {
    const count = join(folder(), "n");
    const texts = [
      "error TS2304: Cannot find name 'spawnMonster' at src/world.ts:118:9 (took 1.2 s)",
      "src/world.ts:131:4 - error TS2304: Cannot find name 'spawnMonster'. (took 894 ms)",
      "error TS2304: Cannot find name 'spawnMonster' at src/world.ts:77:2 (took 2 s)",
    ];
    const verify = `n=$(cat ${count} 2>/dev/null || echo 0); echo $((n+1)) > ${count}
      case $n in ${texts.map((text, i) => `${i}) t="${text}";;`).join(" ")} *) t=other;; esac
      printf '{"status":"fail","failure_reason":"%s"}' "$t" > "$ATTRACTOR_STATUS_PATH"`;
    const source = graph(`${tool("impl", "true")}; ${tool("verify", verify)}; s -> impl -> verify
      verify -> e [condition="outcome=success"]; verify -> impl [condition="outcome=fail"]`);
    const { final, log } = await ran(source);
    expect(named(log, "deterministic_failure_cycle_check").map((event) => event.signature_count)).toEqual([
      1, 2, 3,
    ]);
    expect(named(log, "deterministic_failure_cycle_breaker")).toMatchObject([
      { node_id: "verify", signature_count: 3, signature_limit: 3, failure_class: "deterministic" },
    ]);
    expect(final).toMatchObject({ status: "fail", failed_node: "verify" });
    expect(final?.failure_reason).toContain("spawnMonster");
  });

  it("R-RUN-4 row 6, R-CKPT-1, R-CKPT-2: a looping branch counts its retries and lists each node once", async () => {
    const count = join(folder(), "n");
    const verify = `n=$(cat ${count} 2>/dev/null || echo 0); echo $((n+1)) > ${count}; [ $n -ge 3 ] || { echo "round $n: assertion $n of suite-$n" >&2; exit 1; }`;
    const source = graph(
      `par [shape=component]; j [shape=tripleoctagon]; ${tool("impl_monsters", "true")}; ${tool("verify_monsters", verify)}; ${tool("other", "true")}; ${tool("next", "true")}
      s -> par; par -> impl_monsters -> verify_monsters; verify_monsters -> j [condition="outcome=success"]; verify_monsters -> impl_monsters [condition="outcome=fail"]
      par -> other -> j; j -> next [condition="outcome=success"]; j -> e [condition="outcome!=success"]; next -> e`,
      ", loop_restart_signature_limit=5",
    );
    const { final, root } = await ran(source);
    expect(final?.status).toBe("success");
    const [branch] = finalOf(root).branches;
    expect(branch?.node_retries).toMatchObject({ impl_monsters: 3, verify_monsters: 3 });
    expect(branch?.node_visits).toMatchObject({ impl_monsters: 4, verify_monsters: 4 });
    const checkpoint = readJson<Checkpoint>(join(root, "checkpoint.json"));
    expect(checkpoint.branches["par/v1/01-impl_monsters"]).toMatchObject({
      status: "success",
      node_retries: { impl_monsters: 3, verify_monsters: 3 },
      node_visits: { impl_monsters: 4, verify_monsters: 4 },
      completed_nodes: ["impl_monsters", "verify_monsters"],
    });
    expect(Object.keys(checkpoint.branches)).toEqual(["par/v1/01-impl_monsters", "par/v1/02-other"]);
    expect(new Set(checkpoint.completed_nodes).size).toBe(checkpoint.completed_nodes.length);
    expect(readFileSync(join(root, "checkpoint.json")).length).toBeLessThan(64 * 1024);
  });
});
