import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { graph, ran, repository, tool } from "../local/world.ts";
import { tempDir } from "../stages/scene.ts";

/** A tool that puts something in the child graph's place, then the manager. */
const after = (command: string, child = "child.dot") =>
  graph(`${tool("evil", command)}; m [shape=house, "stack.child_dotfile"="${child}", "manager.poll_interval"="50ms"]
    s -> evil; evil -> m [condition="outcome=success"]; m -> e [condition="outcome=success"]`);

describe("a child graph that an earlier stage replaced", () => {
  it.each([
    ["a pipe", () => "rm child.dot && mkfifo child.dot", "child.dot"],
    ["a link", (secret: string) => `ln -sf ${secret} child.dot`, "child.dot"],
    ["a file behind a link", (secret: string) => `ln -s $(dirname ${secret}) sub`, "sub/secret.dot"],
  ])("R-CKPT-5: by %s is refused, and nothing of another file is told", async (_what, command, child) => {
    const secret = join(tempDir(), "secret.dot");
    writeFileSync(secret, "TOPSECRET {");
    const workdir = repository({ "child.dot": "digraph g {}" });
    const { final } = await ran(after(command(secret), child), { workdir });
    expect(final?.failure_reason).toContain("is no ordinary file in the worktree");
    expect(JSON.stringify(final)).not.toContain("TOPSECRET");
    expect(execFileSync("git", ["status", "--porcelain"], { cwd: workdir, encoding: "utf8" })).toBe("");
  });
});
