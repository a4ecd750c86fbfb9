import { symlinkSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { instructionsAt } from "../../engine/agents/instructions.ts";
import { openWorkRepo } from "../../engine/git/work-repo.ts";
import { git, repository } from "../local/world.ts";

async function told(files: Readonly<Record<string, string>>, folder = "", change?: (path: string) => void) {
  const path = repository({ "README.md": "r", ...files });
  change?.(path);
  const { git: own, head, subfolder } = await openWorkRepo(join(path, folder));
  return instructionsAt({ git: own, commit: head, subfolder });
}

describe("R-AGENT-22: what the repository tells agents", () => {
  it("the top's first, then each folder's on the way; each family its own", async () => {
    const files = {
      ...{ "AGENTS.md": "top", "CLAUDE.md": "claude", "GEMINI.md": "gemini" },
      ...{ "a/AGENTS.md": "in a", "a/b/CLAUDE.md": "in b", "a/b/x.txt": "", "other/AGENTS.md": "aside" },
    };
    const of = await told(files, "a/b");
    expect(await of(null)).toBe("# AGENTS.md\n\ntop\n\n# a/AGENTS.md\n\nin a");
    expect(await of("CLAUDE.md")).toBe(
      "# AGENTS.md\n\ntop\n\n# CLAUDE.md\n\nclaude\n\n# a/AGENTS.md\n\nin a\n\n# a/b/CLAUDE.md\n\nin b",
    );
    expect(await of("GEMINI.md")).toContain("# GEMINI.md\n\ngemini");
    expect(await (await told({}))(null)).toBe("");
  });

  it("32 KB in all, and the cut says so; a link leads nowhere", async () => {
    const of = await told({ "AGENTS.md": "x".repeat(40_000), "CLAUDE.md": "never reached" });
    const text = await of("CLAUDE.md");
    expect(Buffer.byteLength(text)).toBeLessThanOrEqual(32 * 1024);
    expect(text).toMatch(/\[\.\.\. \d+ bytes, cut\]$/);
    const linked = await told({ "secret.txt": "not for agents" }, "", (path) => {
      symlinkSync("secret.txt", join(path, "AGENTS.md"));
      git(path, "add", "--all");
      git(path, "commit", "--quiet", "--message=link");
    });
    expect(await linked(null)).toBe("");
  });
});
