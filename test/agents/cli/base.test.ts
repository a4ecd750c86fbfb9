/** Command-line agents and the base ref: what they are told, and the trees in which they are not started. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { atBase } from "../../../engine/agents/base-ref.ts";
import type { CliName } from "../../../engine/agents/cli/adapter.ts";
import { differsFrom, toldFrom } from "../../../engine/agents/cli/from-base.ts";
import { classify } from "../../../engine/failure/classify.ts";
import { openWorkRepo } from "../../../engine/git/work-repo.ts";
import { agent, scene } from "../../stages/scene.ts";
import { FAKES } from "./fakes/lines.ts";
import { cliScene } from "./scene.ts";

const BASE = {
  "AGENTS.md": "for all",
  "CLAUDE.md": "for claude",
  "GEMINI.md": "for gemini",
  ".github/copilot-instructions.md": "for copilot",
  ".agents/skills/a.md": "a skill",
};

/** A tree whose base has these files, then what a head or an earlier stage wrote. */
async function played(cli: CliName, changes: Readonly<Record<string, string>>, subfolder = "") {
  const at = scene(agent());
  for (const [path, text] of Object.entries(BASE)) at.put(path, text);
  if (subfolder !== "") at.put(`${subfolder}/x.txt`, "");
  at.git("add", "--all");
  at.git("commit", "-qm", "base");
  const { git, head } = await openWorkRepo(at.worktree);
  const base = atBase({ git, commit: head, subfolder });
  for (const [path, text] of Object.entries(changes)) at.put(path, text);
  const plan = [{ dump: "%OUT%/seen.json" }, ...FAKES[cli].begin, FAKES[cli].result];
  const request = { ...at.request, worktree: join(at.worktree, subfolder) };
  const run = cliScene(cli, { at: { ...at, request }, plan, deps: { base } });
  const reply = await run.run();
  return { reply, base, worktree: at.worktree, started: existsSync(join(run.out, "seen.json")) };
}

const CANARIES: readonly (readonly [CliName, string])[] = [
  ["claude", ".claude/settings.json"],
  ["claude", ".mcp.json"],
  ["codex", ".agents/skills/evil/SKILL.md"],
  ["codex", ".codex/config.toml"],
  ["gemini", "GEMINI.md"],
  ["gemini", "src/GEMINI.md"],
  ["gemini", ".gemini/settings.json"],
  ["gemini", ".agents/skills/a.md"],
  ["copilot", ".claude/commands/evil.md"],
  ["copilot", ".github/agents/evil.md"],
  ["copilot", ".agents/skills/evil/SKILL.md"],
];

describe("R-AGENT-22: command-line agents and what a head says", () => {
  it.each(CANARIES)("%s is not started where the worktree's %s is not the base ref's", async (cli, path) => {
    const { reply, started } = await played(cli, { [path]: "CANARY" });
    expect(started).toBe(false);
    expect(reply.problem).toContain(`${cli} was not started`);
    expect(reply.problem).toContain(`${path}; take these changes out`);
    expect(reply.problem).toContain("llm: { instructions: head }");
    expect(reply.usage).toBeUndefined();
    const { evidence, problem: reason } = reply;
    expect(classify({ status: "fail", reason: reason!, evidence }).class).toBe("deterministic");
  });

  it("of an agent that may be any program, whatever one of them is known to read counts", async () => {
    const changes = { "AGENTS.md": "CANARY", ".gemini/x.md": "CANARY", "src/AGENTS.md": "a part's" };
    const { base, worktree } = await played("codex", changes);
    const said = await differsFrom(base, "acp", worktree);
    expect(said).toContain("the base ref has them: .gemini/x.md, AGENTS.md; take");
    expect(await differsFrom(undefined, "acp", worktree)).toBeNull();
  });

  it("is started where what it reads is the base ref's, whatever else was written", async () => {
    const changes = { "src/a.ts": "code", "AGENTS.md": "CANARY", ".gemini/x": "another's" };
    const { reply, started, base } = await played("codex", changes);
    expect([started, reply.problem]).toEqual([true, undefined]);
    expect(await toldFrom(base, "codex")).not.toContain("CANARY");
  });

  it("below the top too: its own folder and those on the way", async () => {
    for (const path of [".codex/a", "pkg/.codex/a"])
      expect((await played("codex", { [path]: "CANARY" }, "pkg")).reply.problem).toContain(path);
    expect((await played("codex", { "other/.codex/a": "CANARY" }, "pkg")).started).toBe(true);
  });

  it("each is told what its family is told; what gemini reads by itself is not said twice", async () => {
    const { base } = await played("codex", { "AGENTS.md": "CANARY", "CLAUDE.md": "CANARY" });
    const say = (own: string) => `Instructions of this project:\n\n# AGENTS.md\n\nfor all${own}\n\n`;
    expect(await toldFrom(base, "claude")).toBe(say("\n\n# CLAUDE.md\n\nfor claude"));
    expect(await toldFrom(base, "copilot")).toBe(say("\n\n# .github/copilot-instructions.md\n\nfor copilot"));
    for (const name of ["codex", "gemini", "acp"] as const) expect(await toldFrom(base, name)).toBe(say(""));
    expect(await toldFrom(undefined, "codex")).toBe("");
  });
});
