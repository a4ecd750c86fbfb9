/** A manager stage with a real child graph: observed, steered, waited for (specification 4.11). */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { autoApproveInterviewer } from "../../engine/index.ts";
import { cli, driver, folder, graph, named, ran, readJson, repository, tool, until } from "./world.ts";

/** A dead process that nobody has reaped yet is not alive. */
function alive(pid: string | undefined): boolean {
  const stat = `/proc/${pid}/stat`;
  return existsSync(stat) && !/\) [ZX] /.test(readFileSync(stat, "utf8"));
}

const managed = (attrs = "") =>
  graph(`m [shape=house, "stack.child_dotfile"="child.dot", "manager.poll_interval"="50ms"${attrs}]; ${tool("after", "true")}
    s -> m; m -> after [condition="outcome=success"]; after -> e`);

const child = (command: string) =>
  graph(`${tool("inner", command)}; s -> inner; inner -> e [condition="outcome=success"]`);

describe("a manager stage", () => {
  it("R-LANG-2: ends with its child, in whose folder the child's own log lies", async () => {
    const { final, root } = await ran(managed(), {
      workdir: repository({ "child.dot": child("sleep 0.2") }),
    });
    expect(final).toMatchObject({ status: "success" });
    expect(final?.completed_nodes).toContain("after");
    expect(existsSync(join(root, "m/v1-a1/child/final.json"))).toBe(true);
  });

  it("R-RUN-5: what is not real in the manager's run is not real in the child's, and the child says so", async () => {
    const { final, root } = await ran(managed(), {
      workdir: repository({
        "child.dot": graph(`ask [prompt=x]; r [shape=hexagon]; s -> ask -> r; r -> e [label="Yes"]`),
      }),
      simulate: "",
      interviewer: autoApproveInterviewer(),
    });
    expect(final).toMatchObject({ status: "success" });
    for (const name of ["manifest.json", "final.json"]) {
      const { simulated } = readJson<{ simulated: string[] }>(join(root, "m/v1-a1/child", name));
      expect(simulated.toSorted(), name).toEqual(["agents", "gates"]);
    }
  });

  it("R-LANG-2, R-FAIL-1: fails with the cause of its child", async () => {
    const { final, log } = await ran(managed(), {
      workdir: repository({ "child.dot": child("echo 'no such table: monsters' >&2; exit 1") }),
    });
    expect(final).toMatchObject({ status: "fail", failed_node: "m" });
    expect(final?.failure_reason).toContain("no such table: monsters");
    expect(named(log, "stage_attempt_end").find((end) => end.node_id === "m")?.context_updates).toMatchObject(
      { "stack.child.status": "failed" },
    );
  });

  it("R-LANG-2: stops at its condition, and the child with it; cycles are bounded", async () => {
    const slow = repository({ "child.dot": child("sleep 60") });
    const met = await ran(managed(', "manager.stop_condition"="context.stack.child.active_stage=inner"'), {
      workdir: slow,
    });
    expect(met.final?.status).toBe("success");
    expect(JSON.parse(readFileSync(join(met.root, "m/v1-a1/child/final.json"), "utf8"))).toMatchObject({
      status: "canceled",
    });
    const bounded = await ran(managed(', "manager.max_cycles"=3'), { workdir: slow });
    expect(bounded.final?.failure_reason).toContain("Max cycles exceeded (3)");
  });

  it("R-LIVE-7: its own time limit ends it and its child", async () => {
    const { final, root, log } = await ran(managed(", timeout=400ms"), {
      workdir: repository({ "child.dot": child("sleep 60") }),
    });
    expect(final).toMatchObject({ status: "fail", failed_node: "m", failure_class: "transient_infra" });
    expect(final?.failure_reason).toContain("timed out after 400 ms");
    expect(named(log, "stage_attempt_end").find((end) => end.node_id === "m")?.evidence).toEqual({
      timed_out: true,
    });
    expect(readJson(join(root, "m/v1-a1/child/final.json"))).toMatchObject({ status: "canceled" });
  });

  it.each(["resume", "stop"])(
    "R-LIFE-3: what a child's stage left when the driver was killed is ended by a %s of the manager's run",
    async (command) => {
      const notes = folder();
      const stage = `echo $$ >> ${notes}/pids; [ -e ${notes}/again ] || setsid sleep 1000 & echo $! >> ${notes}/pids; wait`;
      const repo = repository({ "child.dot": child(stage), "g.dot": managed() });
      const run = driver(repo, "run", "g.dot", "--run-id", "r");
      const path = join(notes, "pids");
      const pids = () => (existsSync(path) ? readFileSync(path, "utf8").split("\n").filter(Boolean) : []);
      const [shell, stray] = await until("the child's stage", () => pids().length === 2 && pids());
      run.kill("SIGKILL");
      await run.ended;
      expect([alive(shell), alive(stray)]).toEqual([true, true]);
      writeFileSync(join(notes, "again"), "");
      const done = cli(repo, command, "r");
      expect(done.code, done.err).toBe(0);
      expect([alive(shell), alive(stray)]).toEqual([false, false]);
    },
  );

  it("R-CKPT-5: a child outside the worktree is refused", async () => {
    const source = managed().replace("child.dot", "../child.dot");
    const outside = await ran(source, { workdir: repository() }).catch((error: Error) => error);
    const told = outside instanceof Error ? outside.message : (outside.final?.failure_reason ?? "");
    expect(told).toMatch(/\.\.\/child\.dot/);
  });
});
