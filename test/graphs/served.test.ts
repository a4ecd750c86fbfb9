/** The three large graphs from scratch, each with its own run.yaml: real processes, model servers and CLIs of this machine. */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { finalOf, named } from "../local/world.ts";
import { attemptsOf } from "./artifacts.ts";
import { says, session, writes } from "./served-clis.ts";
import type { Reply, Turn } from "./served-models.ts";
import { holdsServed, type Served, served } from "./served-run.ts";
import { type Row, validationPage } from "./validation-page.ts";

const LONG = 240_000;
/** A session that used up what it had. */
const SPENT = ["budget_exhausted", "compilation_loop"];
const PAGE = new URL("../../docs/validation.md", import.meta.url);
const rows: Row[] = [];

function checked(graph: string, run: Served, seen: readonly string[]): void {
  const { models, handovers } = holdsServed(run);
  const restarts = named(run.log, "loop_restart").length;
  rows.push({ graph, models, handovers, restarts, end: finalOf(run.root).status, seen });
}

/** Patches that fit nothing, or are of a form that the model was not given; the incident's. */
const badPatch = ({ turn }: Turn): Reply =>
  turn % 2 === 0
    ? {
        tool: "edit_file",
        input: { path: "original/main.c", old_string: `monster ${turn}`, new_string: "x" },
      }
    : { tool: "apply_patch", input: { patch: `--- a/m.rs\n+++ b/m.rs\n@@ -${turn} +1 @@\n-a\n+b` } };

const doesNotCompile = ({ turn }: Turn): Reply => ({
  shell: `mkdir -p src; echo ${turn} > src/broken.rs; cargo check`,
});

describe("a run from scratch with models and CLIs", () => {
  it(
    "R-RUN-3, R-BRK-10: rogue-slow replays the incident: 02 reports in .ai/status.json only and succeeds; 03 and 04 end by their turn limits, typed",
    async () => {
      const run = await served(
        "rogue-slow/rogue-slow",
        "rogue-slow/run.yaml",
        (turn) => {
          if (turn.node.endsWith("_monsters")) return badPatch(turn);
          return turn.node.endsWith("_player_io") ? doesNotCompile(turn) : null;
        },
        {
          verify_scaffold: [
            session("claude", [says({ status: "fail", failure_reason: "modules differ from the plan" })]),
          ],
          impl_dungeon: [
            session("codex", [writes("dungeon.rs", "// dungeon\n"), says({ status: "success" })]),
          ],
          impl_combat_items: [session("claude", [writes(".ai/status.json", '{"status":"success"}')])],
        },
      );
      const final = finalOf(run.root);
      expect(final).toMatchObject({
        status: "success",
        outcome: "partial_success",
        failed_branches: ["fanout/v1/03-impl_monsters", "fanout/v1/04-impl_player_io"],
      });
      expect(final.branches.map(({ status }) => status)).toEqual(["success", "success", "fail", "fail"]);
      expect(named(run.log, "status_ingestion_decision").some((e) => e.source === "dot_ai")).toBe(true);
      const ends = named(run.log, "stage_attempt_end").filter(({ node_id }) =>
        /monsters|player_io/.test(node_id),
      );
      const agents = ends.filter(({ handler, status }) => handler === "agent" && status === "fail");
      expect(agents.length).toBeGreaterThan(0);
      const classes = (node: RegExp) =>
        [...new Set(agents.filter(({ node_id }) => node.test(node_id)).map((e) => e.failure_class))].sort();
      expect(classes(/monsters/)).toEqual(["budget_exhausted"]);
      // Its session met the same compiler error until its turns were over.
      expect(classes(/player_io/)).toContain("compilation_loop");
      expect(classes(/player_io/).every((name) => name !== undefined && SPENT.includes(name))).toBe(true);
      expect(attemptsOf(run).filter(([, attempts]) => attempts > 4)).toEqual([]);
      // Every attempt used the turns that its node has, and no more.
      for (const [node, turns] of [
        ["impl_monsters", 25],
        ["verify_monsters", 8],
        ["impl_player_io", 25],
        ["verify_player_io", 8],
      ] as const) {
        const asked = run.turns.filter((turn) => turn.node === node).map((turn) => turn.reportsTo);
        const each = [...new Set(asked)].map((path) => asked.filter((other) => other === path).length);
        expect([node, [...new Set(each)]]).toEqual([node, [turns]]);
      }
      expect(named(run.log, "llm_failover")).toEqual([]);
      checked("rogue-slow", run, [
        "02 succeeds by `.ai/status.json` alone",
        "03 (patches that fit nothing) ends as `budget_exhausted`, 04 (does not compile) as `compilation_loop`",
        "no agent stage is tried more than four times",
        "no turn limit hands over to another provider",
      ]);
    },
    LONG,
  );

  it(
    "R-RUN-3, R-AGENT-6: rogue-fast hands an overloaded Kimi over to Z.ai once, and restarts for its surroundings",
    async () => {
      const run = await served(
        "rogue-fast/rogue-fast",
        "rogue-fast/run.yaml",
        ({ node, model, reportsTo }) => {
          if (node === "impl_analysis" && model.startsWith("kimi")) return { overloaded: 529 };
          if (node === "verify_scaffold" && !reportsTo.includes("/restart-1/")) return { overloaded: 503 };
          return null;
        },
      );
      const final = finalOf(run.root);
      expect(final).toMatchObject({ status: "success", restarts: 1 });
      expect(named(run.log, "llm_failover")).toMatchObject([
        { node_id: "impl_analysis", from_provider: "kimi", to_provider: "zai" },
      ]);
      // Once, and after six further tries, as run-fast.yaml says.
      const asked = run.turns.filter(
        ({ node, model }) => node === "impl_analysis" && model.startsWith("kimi"),
      );
      expect(asked).toHaveLength(7);
      expect(named(run.log, "loop_restart")).toMatchObject([
        { from_node: "check_scaffold", target_node: "impl_scaffold" },
      ]);
      const refused = named(run.log, "stage_attempt_end").filter(
        (e) => e.node_id === "verify_scaffold" && e.status === "fail",
      );
      expect([...new Set(refused.map((e) => e.failure_class))]).toEqual(["transient_infra"]);
      expect(existsSync(join(run.root, "restart-1", "final.json"))).toBe(true);
      checked("rogue-fast", run, [
        "Kimi is asked seven times, then Z.ai",
        "Z.ai, which may hand over to nobody, ends the stage as `transient_infra`",
      ]);
    },
    LONG,
  );

  it(
    "R-RUN-3, R-FAN-1: dttf whose tracers all fail ends at the join, never at verify_tracer",
    async () => {
      const fails = (reason: string) => [says({ status: "fail", failure_reason: reason })];
      const again = <T>(plan: T): T[] => [plan, plan, plan, plan];
      const run = await served("dttf/dttf", "dttf/run.yaml", () => null, {
        verify_outline: again(session("claude", fails("outline: 3 glyphs are open"))),
        verify_skeleton: again(session("codex", fails("skeleton: branches cross"))),
        verify_distance: again(session("gemini", [], [{ err: "Reached max session turns" }, { exit: 53 }])),
        verify_spline: again(session("claude", fails("spline: no control points"))),
      });
      const final = finalOf(run.root);
      expect(run.code).toBe(1);
      expect(final).toMatchObject({ status: "fail", failed_node: "join_tracer" });
      const moves = named(run.log, "edge_selected").map((e) => `${e.from_node}>${e.to_node}`);
      expect(moves).toContain("join_tracer>exit");
      expect(moves).not.toContain("join_tracer>verify_tracer");
      for (const text of [
        "all parallel branches failed",
        "3 glyphs are open",
        "branches cross",
        "turn limit",
      ])
        expect(final.failure_reason).toContain(text);
      expect(attemptsOf(run).filter(([, attempts]) => attempts > 4)).toEqual([]);
      checked("dttf", run, [
        "the join that has no branch left leaves by its own edge to the end, not to verify_tracer",
        "the reason names every branch's own",
      ]);
    },
    LONG,
  );

  it("R-RUN-3: docs/validation.md says what was seen (else run this file with ATTRACTOR_VALIDATION=write)", () => {
    expect(rows.map(({ graph }) => graph)).toEqual(["rogue-slow", "rogue-fast", "dttf"]);
    const page = validationPage(rows);
    if (process.env.ATTRACTOR_VALIDATION === "write") writeFileSync(PAGE, page);
    expect(readFileSync(PAGE, "utf8")).toBe(page);
  });
});
