/** A manager stage with a real child graph: observed, steered, waited for (specification 4.11). */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { graph, named, ran, repository, tool } from "./world.ts";

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

  it("R-CKPT-5: a child outside the worktree is refused", async () => {
    const source = managed().replace("child.dot", "../child.dot");
    const outside = await ran(source, { workdir: repository() }).catch((error: Error) => error);
    const told = outside instanceof Error ? outside.message : (outside.final?.failure_reason ?? "");
    expect(told).toMatch(/\.\.\/child\.dot/);
  });
});
