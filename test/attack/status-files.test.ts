import { existsSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { commandBackend } from "../../engine/agents/command.ts";
import { settingsOf } from "../../engine/agents/settings.ts";
import { runAgent } from "../../engine/agents/stage/run.ts";
import { MAX_EVENT_BYTES } from "../../engine/ledger/envelope.ts";
import { readJson } from "../../engine/stages/status/json.ts";
import { parseStatus } from "../../engine/stages/status/parse.ts";
import { runTool } from "../../engine/stages/tool.ts";
import { agent, scene, tempDir, tool } from "../stages/scene.ts";

const none: ReadonlySet<string> = new Set();
const options = { parentEnv: { PATH: process.env.PATH }, passEnv: [] };
const run = (command: string) => runTool(scene(tool(command)).request, options);
const status = (value: string) => parseStatus("status.json", Buffer.from(value), none);

describe("what a hostile stage writes as its status", () => {
  it.each([
    ["a pipe", 'mkfifo "$ATTRACTOR_STATUS_PATH"'],
    ["a link to a device", 'ln -s /dev/zero "$ATTRACTOR_STATUS_PATH"'],
    ["a link to a file", 'ln -s /etc/passwd "$ATTRACTOR_STATUS_PATH"'],
    ["a folder", 'mkdir -p "$ATTRACTOR_STATUS_PATH/deep"'],
    ["a link in a circle", 'ln -s status.json "$ATTRACTOR_STATUS_PATH"'],
    ["a link in the worktree", "ln -s /etc/passwd status.json"],
    ["a folder that is a link", "ln -s /etc .ai; true"],
    ["a pipe in the worktree", "mkfifo status.json; true"],
    [
      "folders where the engine writes",
      'cd "$ATTRACTOR_STAGE_DIR"; mkdir -p status.received.json/x status.unread.json/x; echo "{}" > status.json',
    ],
    ["nothing but brackets", `printf '[%.0s' $(seq 5000) > "$ATTRACTOR_STATUS_PATH"`],
  ])("R-STAT-2: %s ends the attempt and holds nobody", async (_what, command) => {
    const { outcome } = await run(command);
    expect(outcome.status).toBe("fail");
    expect(JSON.stringify(outcome)).not.toContain("root:");
  });

  it("R-STAT-2: places of a hundred thousand fields are found in one pass over the text", () => {
    const fields = Array.from({ length: 60_000 }, (_, i) => `"k${i}":0`);
    for (const between of [",", ",\n"]) {
      const json = readJson(`{${fields.join(between)}}`);
      expect(json.ok && json.fieldAt.size).toBe(60_000);
      expect(json.ok && json.fieldAt.get("k59999")?.line).toBe(between === "," ? 1 : 60_000);
    }
  });

  it("R-STAT-2: fields that would not fit into one event of the log are refused with the fix", () => {
    const updates = Object.fromEntries(Array.from({ length: 10 }, (_, i) => [`k${i}`, "x".repeat(90_000)]));
    for (const hostile of [{ notes: "n".repeat(600_000) }, { context_updates: updates }]) {
      const parsed = status(JSON.stringify({ status: "success", ...hostile }));
      expect(parsed).toMatchObject({
        ok: false,
        report: { problem: expect.stringContaining("write what is long") },
      });
    }
  });

  it("R-STAT-6: a hundred thousand unknown fields are told in few words", async () => {
    const at = scene(
      tool(
        `node -e 'const o={status:"success"};for(let i=0;i<50000;i++)o["f"+i]=i;console.log(JSON.stringify(o))' > "$ATTRACTOR_STATUS_PATH"`,
      ),
    );
    const result = await runTool(at.request, options);
    expect(result.outcome.status).toBe("success");
    expect(JSON.stringify([result, at.notes]).length).toBeLessThan(MAX_EVENT_BYTES / 4);
  });

  it("R-STAT-6: names of the language's own objects are data like any other", () => {
    const parsed = status(
      '{"status":"success","__proto__":{"polluted":1},"constructor":1,"context_updates":{"__proto__":{"polluted":1},"toString":"x"}}',
    );
    expect(parsed.ok).toBe(true);
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
  });

  it.each(["1e999", "-1e999", "1".repeat(10_000), '"\\ud800"'])(
    "R-STAT-2: a value such as number %# survives or is refused",
    (value) => {
      const parsed = status(`{"status":"success","context_updates":{"n":${value}}}`);
      expect(() => JSON.stringify(parsed)).not.toThrow();
    },
  );
});

describe("a stage's folder is the stage's to write, and the driver may be root", () => {
  it("R-GH-9: nothing is written through a link that stands where the answer goes", async () => {
    const victim = join(tempDir(), "victim");
    writeFileSync(victim, "before");
    const at = scene(agent());
    const backend = commandBackend(
      {
        provider: "p",
        command: `ln -s ${victim} "$ATTRACTOR_STAGE_DIR/response.md"; ln -s ${victim} "$ATTRACTOR_STAGE_DIR/status.unread.json"; mkdir .ai; echo '{"status":"success"}' | tee "$ATTRACTOR_STATUS_PATH" > .ai/status.json; echo pwned`,
        passEnv: [],
        sandbox: "off",
      },
      options.parentEnv,
    );
    const first = {
      ...{ provider: "p", model: null, source: "graph_attrs" as const, kind: "command" as const },
      ...{ settings: settingsOf(at.request.stage), open: async () => backend },
    };
    const choose = () => ({ ok: true as const, first, failover: [], pinned: false });
    await runAgent(at.request, { ...options, choose });
    expect(readFileSync(victim, "utf8")).toBe("before");
    expect(readFileSync(join(at.stageDir, "response.md"), "utf8")).toContain("pwned");
  });

  it("R-GH-9: a log that became a link gives the stage nothing of another file", async () => {
    const secret = join(tempDir(), "secret");
    writeFileSync(secret, "TOPSECRET".repeat(10));
    const { outcome } = await run(
      `head -c 1500000 /dev/zero | tr '\\0' y; rm "$ATTRACTOR_STAGE_DIR/stdout.log"; ln -s ${secret} "$ATTRACTOR_STAGE_DIR/stdout.log"`,
    );
    expect(JSON.stringify(outcome)).not.toContain("TOPSECRET");
  });

  it("R-LIFE-2: a log that became a pipe holds nobody", async () => {
    const { outcome } = await run(
      `head -c 1500000 /dev/zero; rm "$ATTRACTOR_STAGE_DIR/stdout.log"; mkfifo "$ATTRACTOR_STAGE_DIR/stdout.log"`,
    );
    expect(outcome.status).toBe("success");
  });

  it("R-GH-9: a prompt that became a link is not read", async () => {
    const at = scene(tool("cat"));
    const prompt = join(at.stageDir, "prompt.md");
    symlinkSync("/etc/passwd", prompt);
    const { runShell } = await import("../../engine/stages/shell.ts");
    await expect(
      runShell(at.request, { command: "cat", env: { PATH: process.env.PATH! }, inputFile: prompt }),
    ).rejects.toThrow(/ELOOP/);
    expect(existsSync(prompt)).toBe(true);
  });
});
