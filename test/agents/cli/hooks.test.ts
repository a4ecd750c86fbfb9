import { spawnSync } from "node:child_process";
import { describe, expect, it } from "vitest";
import type { CliName, CliTask } from "../../../engine/agents/cli/adapter.ts";
import { adapterOf, CLI_NAMES } from "../../../engine/agents/cli/adapters.ts";
import { settingsOf } from "../../../engine/agents/settings.ts";
import { agent, scene } from "../../stages/scene.ts";

interface Hook {
  readonly command: string;
  /** What the CLI is told of its time, in seconds. */
  readonly seconds: number;
}

/** As the CLI reads it: from its arguments, or from its settings file. */
function preHook(cli: CliName, pre: string, seconds: number): Hook {
  const at = scene(agent());
  const settings = settingsOf(at.request.stage);
  const task: CliTask = {
    ...{ prompt: "", worktree: "/tree", stateRoot: "/state", statusPath: "/run/status.json", resume: null },
    settings: { ...settings, commandTimeoutMs: seconds * 1000, hooks: { pre, post: null } },
    ...{ access: { kind: "login" }, sandbox: false, instructionFiles: false },
  };
  const { args, files } = adapterOf(cli).call(task);
  if (cli === "codex") {
    const text = args.find((arg) => arg.startsWith("hooks.PreToolUse=")) ?? "";
    const command = /command=("(?:[^"\\]|\\.)*")/.exec(text)?.[1] ?? '""';
    return { command: JSON.parse(command), seconds: Number(/timeout=(\d+)/.exec(text)?.[1]) };
  }
  if (cli === "claude") {
    const [group] = JSON.parse(args[args.indexOf("--settings") + 1] ?? "{}").hooks.PreToolUse;
    return { command: group.hooks[0].command, seconds: group.hooks[0].timeout };
  }
  if (cli === "gemini") {
    const [group] = JSON.parse(files[".gemini/settings.json"] ?? "{}").hooks.BeforeTool;
    return { command: group.hooks[0].command, seconds: group.hooks[0].timeout / 1000 };
  }
  const [hook] = JSON.parse(files["settings.json"] ?? "{}").hooks.preToolUse;
  return { command: hook.bash, seconds: hook.timeoutSec };
}

/** Whether the call may be made, by what each CLI looks at. */
function allows(cli: CliName, { command }: Hook): { allowed: boolean; said: string; ms: number } {
  const began = performance.now();
  const { status, stdout, stderr } = spawnSync("sh", ["-c", command], {
    input: '{"it":"s"}',
    encoding: "utf8",
  });
  const denied = cli === "claude" || cli === "codex" ? status === 2 : /"(?:deny|denied)"/.test(stdout);
  return { allowed: !denied && status === 0, said: stdout + stderr, ms: performance.now() - began };
}

describe("R-AGENT-14: the tool hook that a CLI is given", () => {
  it.each(CLI_NAMES)(
    "%s: one that hangs keeps it from the call, before the CLI's own time is over",
    (cli) => {
      const hook = preHook(cli, "echo began; sleep 60", 1);
      const { allowed, ms } = allows(cli, hook);
      expect(allowed).toBe(false);
      expect(ms).toBeLessThan(20_000);
      expect(hook.seconds).toBeGreaterThan(10);
    },
  );

  it.each(CLI_NAMES)("%s: one that says yes has read the call, whatever signs it is written with", (cli) => {
    const { allowed, said } = allows(cli, preHook(cli, `cat; echo 'it'"'s" $((1+1)) # ; exit 1`, 600));
    expect(allowed).toBe(true);
    expect(said).toContain(`{"it":"s"}`);
    expect(said).toContain("it's 2");
    for (const no of ["exit 1", "exit 3", "kill -9 $$", "nowhere-to-be-found", "if"])
      expect([no, allows(cli, preHook(cli, no, 600)).allowed]).toEqual([no, false]);
  });
});
