/** Runs begun from the beginning of another one, and what a run leaves in its folder. */
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { hereIn } from "./here.ts";
import {
  executions,
  finalOf,
  folder,
  git,
  graph,
  logOf,
  named,
  ran,
  readJson,
  repository,
  tool,
} from "./world.ts";

describe("fork", () => {
  it("keeps what came before the visit, commits included, and leaves the first run as it is", async () => {
    const ledger = join(folder(), "ran");
    const repo = repository({
      "g.dot": graph(
        `${tool("one", `echo one >> ${ledger}; echo 1 > one.txt`)}; ${tool("two", `echo two >> ${ledger}; cat one.txt`)}; s -> one -> two -> e`,
      ),
    });
    expect((await hereIn(repo, "run", "g.dot", "--run-id", "r")).code).toBe(0);
    const first = readFileSync(join(repo, ".attractor/runs/r/progress.ndjson"), "utf8");
    expect((await hereIn(repo, "fork", "r", "two@1", "--run-id", "f")).code).toBe(0);
    expect(executions(ledger)).toEqual(["one", "two", "two"]);
    const root = join(repo, ".attractor/runs/f");
    expect(named(logOf(root), "run_started")).toMatchObject([
      { run_id: "f", forked_from: { run_id: "r", at: "two@1" } },
    ]);
    expect(finalOf(root).git.run_branch).toBe("attractor/run/f");
    expect(git(repo, "show", "attractor/run/f:one.txt")).toBe("1");
    expect(readFileSync(join(repo, ".attractor/runs/r/progress.ndjson"), "utf8")).toBe(first);
    expect(existsSync(join(root, "one/v1-a1/status.json"))).toBe(true);
    expect((await hereIn(repo, "fork", "r", "two@7")).err).toContain("the run has visits 1 of two, not 7");
  });

  it("goes on with a changed graph", async () => {
    const repo = repository({
      "g.dot": graph(
        `${tool("one", "true")}; ${tool("two", "exit 1")}; s -> one -> two; two -> e [condition="outcome=success"]`,
      ),
    });
    expect((await hereIn(repo, "run", "g.dot", "--run-id", "r")).code).toBe(1);
    const fixed = join(folder(), "fixed.dot");
    writeFileSync(fixed, readFileSync(join(repo, "g.dot"), "utf8").replace("exit 1", "exit 0"));
    expect((await hereIn(repo, "fork", "r", "two@1", "--graph", fixed, "--run-id", "f")).code).toBe(0);
    expect((await hereIn(repo, "status", "f")).code).toBe(0);
  });
});

describe("files of a run", () => {
  it("R-CKPT-3: every visit and attempt keeps its own folder; the latest status stands beside them", async () => {
    const n = join(folder(), "n");
    const source = graph(
      `${tool("w", `echo x >> ${n}; [ $(wc -l < ${n}) -ge 3 ] || exit 1`)}; s -> w; w -> e [condition="outcome=success"]; w -> w [condition="outcome=fail"]`,
    );
    const { root, final } = await ran(source);
    expect(final?.status).toBe("success");
    expect(readdirSync(join(root, "w")).sort()).toEqual(["status.json", "v1-a1", "v2-a1", "v3-a1"]);
    expect(readJson(join(root, "w/v1-a1/status.json"))).toMatchObject({ status: "fail" });
    expect(readJson(join(root, "w/status.json"))).toMatchObject({ status: "success" });
  });

  it("R-LIVE-7: a silent stage without a limit of its own stalls out, and the run ends fail", async () => {
    const source = graph(`${tool("w", "sleep 300")}; s -> w -> e`);
    const { log, final } = await ran(source, {
      config: {
        version: 1,
        runtime_policy: { stall_timeout_ms: 300, stall_check_interval_ms: 50, heartbeat_interval_ms: 40 },
      },
    });
    expect(named(log, "stall_watchdog_timeout")).toMatchObject([{ node_id: "w", stall_timeout_ms: 300 }]);
    // It did beat: a heartbeat is no progress.
    expect(named(log, "stage_heartbeat").length).toBeGreaterThan(0);
    expect(final).toMatchObject({ status: "fail", failure_class: "transient_infra" });
  });

  it("R-LIVE-2: a branch that stalls ends as a failure of its own, and its siblings' work is joined", async () => {
    const source = graph(
      `p [shape=component, join_policy=k_of_n, k=1, error_policy=ignore]; j [shape=tripleoctagon]
       ${tool("hung", "sleep 300")}; ${tool("busy", "for i in 1 2 3 4 5 6 7 8; do echo $i; sleep 0.2; done")}
       s -> p; p -> hung -> j; p -> busy -> j; j -> e`,
    );
    const { log, final } = await ran(source, {
      config: { version: 1, runtime_policy: { stall_timeout_ms: 600, stall_check_interval_ms: 50 } },
    });
    expect(named(log, "stall_watchdog_timeout")).toMatchObject([{ node_id: "hung" }]);
    const ends = named(log, "branch_completed").map((end) => [end.status, end.failure_class]);
    expect(ends.sort()).toEqual([
      ["fail", "transient_infra"],
      ["success", undefined],
    ]);
    expect(final?.status).toBe("success");
  });

  it("R-LIFE-9: a resumed run has the prompt files as they were", async () => {
    const repo = repository({
      "ask.md": "Write a poem.\n",
      "g.dot": graph(
        `a [prompt_file="ask.md"]; r [shape=hexagon]; s -> a; a -> r; r -> e [label="Yes"]; r -> a [label="No"]`,
      ),
    });
    expect((await hereIn(repo, "run", "g.dot", "--simulate", "--run-id", "r")).code).toBe(4);
    git(repo, "rm", "--quiet", "ask.md");
    git(repo, "commit", "--quiet", "--message=gone");
    expect((await hereIn(repo, "resume", "r", "--answer", "r=Yes")).code).toBe(0);
    expect(finalOf(join(repo, ".attractor/runs/r")).simulated).toEqual(["agents"]);
  });

  it("works where the config says when --workdir is not given", async () => {
    const repo = repository({
      "app/note.txt": "here\n",
      "c.yml": "version: 1\nrepo: { path: app }\n",
      "g.dot": graph(`${tool("w", "cat note.txt")}; s -> w -> e`),
    });
    const { code } = await hereIn(repo, "run", "g.dot", "--config", "c.yml", "--run-id", "r");
    expect(code).toBe(0);
    expect(existsSync(join(repo, "app/.attractor/runs/r/final.json"))).toBe(true);
  });

  it("a folder without git runs on a copy, and a read-only run folder says so", async () => {
    const plain = folder();
    writeFileSync(join(plain, "g.dot"), graph(`${tool("w", "echo x > made.txt")}; s -> w -> e`));
    expect((await hereIn(plain, "run", "g.dot", "--run-id", "r")).code).toBe(0);
    expect(existsSync(join(plain, "made.txt"))).toBe(false);
    const root = join(plain, ".attractor/runs/r");
    expect(readFileSync(join(root, "worktree/made.txt"), "utf8")).toBe("x\n");
    expect(finalOf(root).git).toEqual({ base_sha: null, final_commit: null, run_branch: null });
    const forked = await hereIn(plain, "fork", "r", "w@1", "--run-id", "f");
    expect([forked.code, forked.err]).toEqual([2, expect.stringContaining("no git repository")]);
    writeFileSync(
      join(plain, "f.dot"),
      graph(`${tool("w", "exit 1")}; s -> w; w -> e [condition="outcome=success"]`),
    );
    expect((await hereIn(plain, "run", "f.dot", "--run-id", "gone")).code).toBe(1);
    rmSync(join(plain, ".attractor/runs/gone/worktree"), { recursive: true });
    const resumed = await hereIn(plain, "resume", "gone");
    expect([resumed.code, resumed.err]).toEqual([2, expect.stringContaining("worktree is gone")]);
    const file = join(folder(), "file");
    writeFileSync(file, "");
    chmodSync(file, 0o444);
    mkdirSync(join(plain, "x"), { recursive: true });
    const refused = await hereIn(plain, "run", "g.dot", "--logs-root", join(file, "run"));
    expect(refused.code).not.toBe(0);
    expect(refused.err).toContain("ENOTDIR");
  });
});
