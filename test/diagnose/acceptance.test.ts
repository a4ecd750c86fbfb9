/**
 * The improvement plan of the report on the incident, each acceptance line on a run of the same shape: rounds of a
 * scaffold, then four branches, of which one succeeds, one says its outcome in the older file, and two use up their turns.
 */
import { existsSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { applyHunks } from "../../engine/agents/api/patch/apply.ts";
import { parsePatch } from "../../engine/agents/api/patch/parse.ts";
import type { RunEvent } from "../../engine/core/events.ts";
import { type Diagnosis, diagnose } from "../../engine/diagnose/diagnosis.ts";
import { readRun } from "../../engine/diagnose/folder/read-run.ts";
import { repeatedChars } from "../../engine/diagnose/folder/repeated.ts";
import { run as start } from "../../engine/index.ts";
import type { Checkpoint } from "../../engine/ledger/projections/checkpoint.ts";
import { here } from "../local/here.ts";
import {
  driver,
  finalOf,
  folder,
  graph,
  hasFinal,
  logOf,
  named,
  ran,
  readJson,
  repository,
  until,
} from "../local/world.ts";
import { SCAFFOLD_REASONS } from "./incident/reasons.ts";

const part = (name: string): string => `
  impl_${name} [prompt="Fill in ${name}"]; verify_${name} [prompt="Check ${name}"]; check_${name} [shape=diamond]
  fanout -> impl_${name} -> verify_${name} -> check_${name}
  check_${name} -> join [condition="outcome=success"]; check_${name} -> impl_${name} [condition="outcome!=success"]`;

const SHAPE = graph(
  `impl_scaffold [prompt="Make the crate"]; verify_scaffold [prompt="Does it build?"]; check_scaffold [shape=diamond]
  fanout [shape=component, join_policy=wait_all, max_parallel=4]; join [shape=tripleoctagon]
  s -> impl_scaffold -> verify_scaffold -> check_scaffold
  check_scaffold -> fanout [condition="outcome=success"]; check_scaffold -> impl_scaffold [condition="outcome!=success"]
  ${["dungeon", "combat_items", "monsters", "player_io"].map(part).join("\n")}
  join -> e`,
  ", loop_restart_signature_limit=3",
);

/** What the models did; each says what it cost, but those whose providers tell nothing. */
const agent = (counts: string, scaffoldFails: string): string => `
node="$ATTRACTOR_NODE_ID"
good() { echo '{"status":"success"}' > "$ATTRACTOR_STATUS_PATH"; }
cost() { echo '{"attractor_usage":{"input_tokens":1000,"output_tokens":50,"cost_usd":'$1'}}'; }
turns() { echo "turn limit reached (max_turns=$1)" >&2; exit 1; }
case "$node" in
  verify_scaffold)
    n=$(cat ${counts}/n 2>/dev/null || echo 0); echo $((n+1)) > ${counts}/n
    if [ "$n" -lt ${scaffoldFails} ]; then cp ${counts}/reason-$n "$ATTRACTOR_STATUS_PATH"; else good; fi; cost 0;;
  impl_scaffold|*_dungeon) echo "$node" > "$node.txt"; sleep 0.1; good; cost 0;;
  impl_combat_items) mkdir -p .ai; echo '{"outcome":"success"}' > .ai/status.json; cost 4.83383475;;
  verify_combat_items) mkdir -p .ai; echo '{"outcome":"success"}' > .ai/status.json; cost 3.050382;;
  impl_*) turns 25;;
  verify_*) turns 8;;
esac
`;

const made: string[] = [];
afterAll(() => {
  for (const path of made) rmSync(path, { recursive: true, force: true, maxRetries: 5 });
});

/** Kept until the last test: several look at one run. */
function kept(): string {
  const path = realpathSync(mkdtempSync(join(tmpdir(), "attractor-plan-")));
  made.push(path);
  return path;
}

async function played(scaffoldFails: number) {
  const [counts, workdir, root] = [kept(), kept(), join(kept(), "run")];
  writeFileSync(join(workdir, "agent.sh"), agent(counts, String(scaffoldFails)));
  for (const [n, failure_reason] of SCAFFOLD_REASONS.entries())
    writeFileSync(join(counts, `reason-${n}`), JSON.stringify({ status: "fail", failure_reason }));
  const done = await start(SHAPE, {
    workdir,
    logsRoot: root,
    config: {
      version: 1,
      llm: { providers: { ours: { backend: "command", command: "sh agent.sh" } } },
      runtime_policy: { heartbeat_interval_ms: 20 },
    },
  });
  return { ...done, log: logOf(root), said: diagnose(await readRun(root, Date.now())) };
}

const codes = ({ findings }: Diagnosis): string[] => [...new Set(findings.map(({ code }) => code))].sort();
const endsOf = (log: readonly RunEvent[], node: string) =>
  named(log, "stage_attempt_end").filter(({ node_id }) => node_id === node);

describe("R-OBS-2: the improvement plan, on a run of the incident's shape", () => {
  let run: Awaited<ReturnType<typeof played>>;
  beforeAll(async () => {
    run = await played(1);
  }, 60_000);

  it("P0.1: ends with an explicit end and a final.json, and so does a run that is killed", async () => {
    expect(run.log.at(-1)?.event).toMatch(/^run_(?:completed|failed)$/);
    expect(hasFinal(run.root)).toBe(true);
    expect(named(run.log, "branch_completed")).toHaveLength(4);
    expect(named(run.log, "fanout_joined")).toHaveLength(1);
    const workdir = repository({
      "g.dot": graph(`a [shape=parallelogram, tool_command="echo on; sleep 60"]; s -> a -> e`),
    });
    for (const signal of ["SIGTERM", "SIGKILL"] as const) {
      const root = join(folder(), "run");
      const other = driver(workdir, "run", "g.dot", "--logs-root", root);
      await until("the stage runs", () => existsSync(join(root, "a/v1-a1/stdout.log")));
      other.kill(signal);
      await other.ended;
      if (signal === "SIGKILL") await here("status", root);
      expect(finalOf(root).status).toBe(signal === "SIGTERM" ? "canceled" : "fail");
    }
  }, 60_000);

  it("P0.2: not one heartbeat comes after the end of its attempt", () => {
    const running = new Set<string>();
    let beats = 0;
    for (const event of run.log) {
      if (!("attempt" in event) || !("visit" in event)) continue;
      const attempt = `${event.branch_key ?? ""}/${event.node_id}/${event.visit}/${event.attempt}`;
      if (event.event === "stage_attempt_start") running.add(attempt);
      if (event.event === "stage_attempt_end") running.delete(attempt);
      if (event.event === "stage_heartbeat") expect(running.has(attempt), attempt).toBe(true);
      if (event.event === "stage_heartbeat") beats += 1;
    }
    expect(beats).toBeGreaterThan(0);
    expect(codes(run.said)).not.toContain("STALE_HEARTBEAT");
  });

  it("P0.3: an outcome in .ai/status.json is taken, and the branch is a success", () => {
    expect(finalOf(run.root).branches.find(({ key }) => key.includes("combat"))).toMatchObject({
      status: "success",
    });
    expect(
      named(run.log, "status_ingestion_decision").filter(({ source }) => source === "dot_ai"),
    ).toHaveLength(2);
    expect(codes(run.said)).not.toContain("STATUS_CONTRACT_MISMATCH");
  });

  it("P0.4: a check says what failed before it, word for word", () => {
    for (const [check, cause] of [
      ["check_monsters", "turn limit reached (max_turns=8)"],
      ["check_player_io", "turn limit reached (max_turns=8)"],
    ] as const)
      for (const end of endsOf(run.log, check)) expect(end.failure_reason).toContain(cause);
    expect(endsOf(run.log, "check_monsters").length).toBeGreaterThan(0);
    const all =
      readFileSync(join(run.root, "progress.ndjson"), "utf8") +
      readFileSync(join(run.root, "final.json"), "utf8");
    expect(all).not.toContain("failure_reason must be non-empty");
    expect(codes(run.said)).not.toContain("LOST_CAUSE");
  });

  it("P0.5: turn-limit loops in branches end at the configured cap", () => {
    for (const name of ["monsters", "player_io"]) {
      const ends = endsOf(run.log, `impl_${name}`);
      expect(ends).toHaveLength(3);
      for (const end of ends) expect(end.failure_reason).toContain("turn limit reached (max_turns=25)");
      const breakers = named(run.log, "deterministic_failure_cycle_breaker");
      expect(breakers.filter(({ branch_key }) => branch_key?.includes(name))).toHaveLength(1);
    }
    expect(codes(run.said)).not.toContain("BREAKER_BLIND");
  });

  it("P0.6: the scaffold's 31 texts are one or two causes, and the breaker stops at its threshold", async () => {
    const { final, log, said } = await played(SCAFFOLD_REASONS.length);
    const checks = named(log, "deterministic_failure_cycle_check").filter(
      (one) => one.node_id === "verify_scaffold",
    );
    expect(new Set(checks.map(({ signature }) => signature)).size).toBeLessThanOrEqual(2);
    expect(new Set(checks.map(({ failure_reason }) => failure_reason)).size).toBe(checks.length);
    expect(checks.at(-1)).toMatchObject({ signature_count: 3, signature_limit: 3 });
    expect(checks.length).toBeLessThanOrEqual(5);
    expect(final).toMatchObject({ status: "fail", failed_node: "verify_scaffold" });
    expect(codes(said)).not.toContain("FRAGMENTED_SIGNATURES");
    expect(codes(said)).not.toContain("PRE_FANOUT_CHURN");
    expect(said.findings.find(({ code }) => code === "LOOP_SIGNATURE")).toMatchObject({ severity: "error" });
  }, 60_000);

  it("P1.1: how each branch does can be read in the run's own log alone", () => {
    const branches = new Set(named(run.log, "branch_started").map(({ branch_key }) => branch_key));
    expect(branches.size).toBe(4);
    for (const key of branches) {
      const own = run.log
        .filter((event) => "branch_key" in event && event.branch_key === key)
        .map(({ event }) => event);
      expect(own).toEqual(
        expect.arrayContaining(["stage_attempt_start", "stage_attempt_end", "branch_completed"]),
      );
    }
    expect(codes(run.said)).not.toContain("BRANCHES_INVISIBLE");
  });

  it("P1.2: the checkpoint counts retries of branches, and lists each node once", () => {
    const checkpoint = readJson<Checkpoint>(join(run.root, "checkpoint.json"));
    expect(checkpoint.branches["fanout/v1/03-impl_monsters"]?.node_retries).toMatchObject({
      impl_monsters: 2,
    });
    expect(checkpoint.branches["fanout/v1/04-impl_player_io"]?.node_retries).toMatchObject({
      impl_player_io: 2,
    });
    expect(new Set(checkpoint.completed_nodes).size).toBe(checkpoint.completed_nodes.length);
    for (const code of ["RETRIES_NOT_RECORDED", "CHECKPOINT_BLOAT", "STALE_CHECKPOINT"])
      expect(codes(run.said)).not.toContain(code);
  });

  it("P1.3: the prompt of the tenth round is no longer than that of the second, and repeats nothing", async () => {
    const causes = [
      "a map",
      "a door",
      "a trap",
      "a wand",
      "a ring",
      "a stair",
      "a scroll",
      "a potion",
      "a sword",
    ];
    const { root } = await ran(
      graph(
        `work [prompt="Fill in the level modules"]; check [shape=parallelogram, tool_command="sh check.sh"]
        s -> work -> check; check -> e [condition="outcome=success"]; check -> work [condition="outcome=fail"]`,
        ", max_node_failures=20, max_node_visits=20",
      ),
      {
        workdir: repository({
          "agent.sh": `echo x >> log; echo '{"status":"success","notes":"${"done ".repeat(40)}"}' > "$ATTRACTOR_STATUS_PATH"`,
          "check.sh": `n=$(wc -l < log); test $n -ge 10 || { sed -n "$n p" causes >&2; exit 1; }`,
          causes: causes.map((cause) => `${cause} is missing from the original\n`).join(""),
        }),
        config: { version: 1, llm: { providers: { ours: { backend: "command", command: "sh agent.sh" } } } },
      },
    );
    const prompt = (visit: number) => readFileSync(join(root, `work/v${visit}-a1/prompt.md`), "utf8");
    expect(existsSync(join(root, "work/v10-a1/prompt.md"))).toBe(true);
    expect(prompt(10).length).toBeLessThanOrEqual(prompt(2).length * 1.2);
    expect(prompt(10).length).toBeLessThan(8_000);
    expect(repeatedChars(prompt(10)) / prompt(10).length).toBeLessThan(0.2);
    expect(prompt(10)).toContain("Fill in the level modules");
    expect(codes(diagnose(await readRun(root, Date.now())))).not.toContain("CONTEXT_BLOAT");
  }, 60_000);

  it("P1.4: the patches that were refused 5 times there are taken for what they mean", () => {
    const before = "fn wake() {\n    sleep();\n}\n";
    for (const text of [
      "--- src/monsters.rs\n+++ src/monsters.rs\n@@ -1,3 +1,3 @@\n fn wake() {\n-    sleep();\n+    chase();\n }\n",
      "*** Update File: src/monsters.rs\n@@\n fn wake() {\n-    sleep();\n+    chase();\n }\n*** End Patch\n",
    ]) {
      const { ops, adapted } = parsePatch(text);
      expect(adapted.length).toBeGreaterThan(0);
      const [op] = ops;
      if (op?.kind !== "update") throw new Error(`not an update: ${JSON.stringify(op)}`);
      expect(op.path).toBe("src/monsters.rs");
      expect(applyHunks(op.path, before, op.hunks, true)).toContain("chase();");
    }
  });

  it("P2.1: each attempt of each round keeps its own prompt, output and status", () => {
    for (const visit of [1, 2, 3]) {
      const at = join(run.root, `parallel/fanout/v1/03-impl_monsters/impl_monsters/v${visit}-a1`);
      for (const name of ["prompt.md", "stderr.log", "status.json"])
        expect(existsSync(join(at, name)), name).toBe(true);
      expect(readFileSync(join(at, "stderr.log"), "utf8")).toContain("max_turns=25");
    }
  });

  it("P2.2: the final sums up what is known to be spent, and says that it is not all", () => {
    const { totals, duration_ms } = finalOf(run.root);
    expect(totals).toMatchObject({ cost_usd: null, cost_complete: false });
    expect(totals.cost_usd_known).toBeCloseTo(7.88421675, 8);
    expect(duration_ms).toBeGreaterThan(0);
    expect(run.said.cost).toEqual({ known_usd: 7.88421675, complete: false });
  });

  it("P2.3: the diagnosis has the turn limits, the unknown cost, and nothing else of the incident", () => {
    expect(codes(run.said)).toEqual(["COST_UNKNOWN", "TURN_LIMIT_LOOP"]);
  });
});
