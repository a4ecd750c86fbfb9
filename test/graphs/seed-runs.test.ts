/** The three large graphs, run from scratch with simulated agents, and what the seeds look for in what a run leaves. */
import { chmodSync, existsSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { describe, expect, it, vi } from "vitest";
import { loadConfig } from "../../engine/config/load.ts";
import { type Done, finalOf, folder, named, ran, readJson, repository } from "../local/world.ts";
import { attemptsOf, type Fresh, holds } from "./artifacts.ts";

const ROOT = new URL("../../graphs/", import.meta.url).pathname;
const LONG = 240_000;

/** What the gates look for, where a machine may not have it. */
function withTools(): void {
  const bin = folder();
  for (const name of ["cargo", "wasm-pack"]) {
    writeFileSync(join(bin, name), "#!/bin/sh\nexit 0\n");
    chmodSync(join(bin, name), 0o755);
  }
  vi.stubEnv("PATH", `${bin}${delimiter}${process.env.PATH}`);
}

/** git, shells and pipes, and nothing else. */
function bareMachine(): string {
  const bin = folder();
  for (const name of ["git", "sh", "bash", "mkfifo"]) {
    const found = (process.env.PATH ?? "").split(delimiter).find((at) => existsSync(join(at, name)));
    symlinkSync(join(found ?? "/bin", name), join(bin, name));
  }
  return bin;
}

async function fresh(
  graph: string,
  config: string,
  script: object,
  changed = (text: string) => text,
): Promise<Fresh & Done> {
  const source = changed(readFileSync(join(ROOT, `${graph}.dot`), "utf8"));
  const loaded = loadConfig(readFileSync(join(ROOT, config), "utf8"), config);
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.problems));
  const repo = repository({ "original/main.c": "int main(void) { return 0; }\n" });
  try {
    const options = { workdir: repo, config: loaded.config, simulate: JSON.stringify(script) };
    const done = { ...(await ran(source, options)), repo, source };
    expect(finalOf(done.root)).toEqual(done.final);
    expect(readJson(join(done.root, "manifest.json"))).toMatchObject({ simulated: ["agents"] });
    return done;
  } finally {
    vi.unstubAllEnvs();
  }
}

const fails = (reason: string, more: object = {}) => ({ status: "fail", failure_reason: reason, ...more });
const turns = (most: number) =>
  fails(`turn limit reached (max_turns=${most})`, { evidence: { error_code: "turn_limit" } });

describe("a run from scratch, agents simulated", () => {
  it(
    "R-RUN-3, R-BRK-10: rogue-slow with the incident's ends: two modules joined, two given up, at most four attempts of any paid node",
    async () => {
      withTools();
      const run = await fresh("rogue-slow/rogue-slow", "rogue-slow/run.yaml", {
        verify_scaffold: [fails("modules differ from the plan"), { status: "success" }],
        impl_dungeon: [{ status: "success", files: { "src/dungeon.rs": "// dungeon\n" } }],
        impl_combat_items: [{ status_file: { at: "dot_ai", content: { status: "success" } } }],
        verify_combat_items: [{ status_file: { at: "dot_ai", content: { outcome: "success" } } }],
        impl_monsters: [turns(25)],
        verify_monsters: [turns(8)],
        impl_player_io: [turns(25)],
        verify_player_io: [turns(8)],
      });
      holds(run);
      expect(run.final).toMatchObject({
        status: "success",
        outcome: "partial_success",
        failed_branches: ["fanout/v1/03-impl_monsters", "fanout/v1/04-impl_player_io"],
      });
      expect(run.final?.branches.map(({ status }) => status)).toEqual(["success", "success", "fail", "fail"]);
      expect(attemptsOf(run).filter(([, attempts]) => attempts > 4)).toEqual([]);
      expect(named(run.log, "status_ingestion_decision").some((e) => e.source === "dot_ai")).toBe(true);
      expect(existsSync(join(run.root, "restart-1"))).toBe(false);
    },
    LONG,
  );

  it(
    "R-RUN-3, R-BRK-6: rogue-fast restarts for its surroundings, into a folder of its own, and ends well",
    async () => {
      withTools();
      const gone = fails("connection reset", { evidence: { error_code: "network" } });
      const run = await fresh("rogue-fast/rogue-fast", "rogue-fast/run.yaml", {
        verify_scaffold: [gone, { status: "success" }],
      });
      holds(run);
      expect(run.final).toMatchObject({ status: "success", restarts: 1 });
      expect(run.final).not.toHaveProperty("outcome");
      expect(named(run.log, "loop_restart")).toMatchObject([
        { from_node: "check_scaffold", target_node: "impl_scaffold" },
      ]);
      expect(readJson(join(run.root, "restart-1", "final.json"))).toEqual(finalOf(run.root));
    },
    LONG,
  );

  it.each([
    ["", (text: string) => text],
    [", nor without its edge for that", (text: string) => text.replace(/^.*join_tracer -> exit .*$/m, "")],
  ])(
    "R-RUN-3, R-FAN-1: dttf whose tracers all fail ends at the join, never at verify_tracer%s",
    async (without, changed) => {
      const script = {
        verify_outline: [fails("outline: 3 glyphs are open")],
        verify_skeleton: [fails("skeleton: branches cross")],
        verify_distance: [turns(8)],
        verify_spline: [fails("spline: no control points")],
      };
      const run = await fresh("dttf/dttf", "dttf/run.yaml", script, changed);
      holds(run);
      const moves = named(run.log, "edge_selected").map((e) => `${e.from_node}>${e.to_node}`);
      expect(moves).not.toContain("join_tracer>verify_tracer");
      expect(moves.includes("join_tracer>exit")).toBe(without === "");
      expect(run.final).toMatchObject({ status: "fail", failed_node: "join_tracer" });
      for (const text of [
        "all parallel branches failed",
        "3 glyphs are open",
        "branches cross",
        "no control points",
      ])
        expect(run.final?.failure_reason).toContain(text);
      const joins = named(run.log, "stage_attempt_start").filter((e) => e.node_id === "join_tracer");
      expect(joins).toHaveLength(1);
      expect(named(run.log, "loop_restart")).toEqual([]);
      expect(attemptsOf(run).filter(([, attempts]) => attempts > 4)).toEqual([]);
    },
    LONG,
  );

  it(
    "R-RUN-3, R-PRE-2: without its tools each ends at the gate, before any model is paid",
    async () => {
      for (const [graph, config, tool] of [
        ["rogue-fast/rogue-fast", "rogue-fast/run.yaml", "wasm-pack"],
        ["rogue-slow/rogue-slow", "rogue-slow/run.yaml", "wasm-pack"],
        ["dttf/dttf", "dttf/run.yaml", "python3"],
      ] as const) {
        vi.stubEnv("PATH", bareMachine());
        const run = await fresh(graph, config, {});
        holds(run);
        expect(run.final).toMatchObject({ status: "fail", failed_node: "toolchain" });
        expect(run.final?.failure_reason).toMatch(new RegExp(`not installed: .*${tool}`));
        expect(attemptsOf(run).filter(([, attempts]) => attempts > 0)).toEqual([]);
      }
    },
    LONG,
  );
});
