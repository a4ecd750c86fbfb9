import { describe, expect, it } from "vitest";
import { attemptFolder, latestStatusPath } from "../../engine/local/layout.ts";

describe("a node's name in the run folder", () => {
  it.each([
    "progress.ndjson",
    "final.json",
    "checkpoint.json",
    "graph.dot",
    "..",
    ".",
    "worktree",
    "lock",
    "source",
    "Worktree",
    "PARALLEL",
    "../../x",
    "a/b",
    "x\0y",
    "con",
    "NUL",
    "com1",
    "outputs",
    "preflight",
    "artifacts",
    "é",
    "restart-1",
    "::error::x",
  ])("R-CKPT-5: %j takes no other file's place and leads nowhere else", (node) => {
    for (const path of [attemptFolder("", 0, node, 1, 1), latestStatusPath("", 0, node)]) {
      const [own] = path.split("/");
      expect(path.split("/")).toHaveLength(2);
      expect(own).toMatch(/^[A-Za-z0-9_-]+-[0-9a-f]{8}$/);
    }
  });

  it("an ordinary name stays as it is", () => {
    expect(attemptFolder("", 0, "build_2", 1, 1)).toBe("build_2/v1-a1");
  });
});
