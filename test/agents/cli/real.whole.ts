/** The real CLIs, where they are installed, against a provider that nobody here wrote. `ATTRACTOR_CLI_BIN`: a folder with their commands. */
import { accessSync, constants, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import type { CliName } from "../../../engine/agents/cli/adapter.ts";
import { CLI_NAMES } from "../../../engine/agents/cli/adapters.ts";
import { bubblewrap } from "../../../engine/agents/confine/bwrap.ts";
import { type MockOptions, startMock } from "./real/mock.ts";
import { type CliScene, cliScene, type Wanted } from "./scene.ts";

const KEY = "sk-canary-real-key-7f3a9b";
const MODELS = {
  claude: "claude-sonnet-4-6",
  codex: "gpt-5.2",
  gemini: "gemini-2.5-pro",
  copilot: "gpt-5.4",
};

function find(cli: CliName): string | null {
  const folders = [process.env.ATTRACTOR_CLI_BIN ?? "", ...(process.env.PATH ?? "").split(delimiter)];
  for (const folder of folders.filter((each) => each !== "")) {
    try {
      accessSync(join(folder, cli), constants.X_OK);
      return join(folder, cli);
    } catch {
      // Not there.
    }
  }
  return null;
}

interface Real extends Wanted {
  readonly mock?: Partial<MockOptions>;
  readonly url?: string;
  readonly before?: (at: CliScene) => void;
}

async function real(cli: CliName, executable: string, { mock: options, url, before, ...wanted }: Real = {}) {
  const mock = await startMock({ command: "echo marker42; env", ...options });
  const attrs = `, llm_model="${MODELS[cli]}"${wanted.attrs ?? ""}`;
  const baseUrl = `${url ?? mock.url}${cli === "gemini" ? "/v1beta" : "/v1"}`;
  const at = cliScene(cli, {
    ...wanted,
    attrs,
    provider: { auth: "key", executable, passEnv: [] },
    // Codex takes no state root below the temp folder, and its home is where it looks for one.
    env: { PATH: `${dirname(process.execPath)}${delimiter}${process.env.PATH}`, PROVIDER_API_KEY: KEY },
    deps: {
      ...wanted.deps,
      upstream: { baseUrl, key: KEY },
      limits: { idleMs: 90_000, totalMs: 180_000, graceMs: 5000, ...wanted.deps?.limits },
    },
  });
  at.git("init", "-q");
  before?.(at);
  try {
    return { at, reply: await at.run(), calls: mock.calls() };
  } finally {
    await mock.stop();
  }
}

const walls = await bubblewrap();
if ("missing" in walls) console.warn(`not run under sandbox: required: ${walls.missing}`);

for (const cli of CLI_NAMES) {
  const executable = find(cli);
  if (executable === null) console.warn(`${cli} is not installed: not run`);
  describe.skipIf(executable === null)(`the real ${cli}`, () => {
    const run = (options?: Real) => real(cli, executable!, options);

    it("runs a tool, answers, and its calls are counted to the last token", async () => {
      const { reply, at } = await run();
      expect(reply.problem).toBeUndefined();
      expect(reply.response).toBe("All done.");
      const ran = at.log.find(
        ({ kind, output }) => kind === "TOOL_CALL_END" && `${output}`.includes("marker42"),
      );
      expect(ran).toBeDefined();
      expect(JSON.stringify(at.log)).not.toContain(KEY);
      const spent = reply.usage!.filter(({ output_tokens }) => output_tokens === 20);
      expect(spent.slice(-2)).toMatchObject([{ input_tokens: 100 }, { input_tokens: 100 }]);
      expect(at.json("cli_invocation.json")).toMatchObject({ proxied: true, exit_code: 0 });
    });

    it("ends at its turn limit, typed", async () => {
      const { reply } = await run({ attrs: ", max_agent_turns=2", mock: { forEver: true } });
      expect(reply.evidence.error_code).toBe("turn_limit");
      expect(reply.problem).toContain("turn limit reached");
      expect(reply.usage!.length).toBeGreaterThanOrEqual(2);
    });

    it("ends though its provider cannot be reached", async () => {
      const { reply } = await run({
        url: "http://127.0.0.1:9",
        deps: { limits: { idleMs: 20_000 } },
      });
      expect(reply.evidence.error_code).toMatch(/idle_timeout|network|connection|bad_gateway|econnrefused/);
      expect(reply.usage).toEqual([]);
    });

    it("is killed in the middle of a call, and its money is not forgotten", async () => {
      const { reply } = await run({ mock: { latencyMs: 5000 }, request: { timeoutMs: 25_000 } });
      expect(reply.evidence.timed_out).toBe(true);
      expect(reply.usage!.length).toBeGreaterThan(0);
    });

    it("R-AGENT-14: a failing tool hook keeps it from the call", async () => {
      const marker = "touch ran-all-the-same";
      const { at, reply } = await run({ attrs: ', tool_hooks.pre="exit 1"', mock: { command: marker } });
      expect(reply.problem).toBeUndefined();
      expect(existsSync(join(at.worktree, "ran-all-the-same"))).toBe(false);
    });

    it("writes its status where the contract asks for it", async () => {
      const command = `echo '{"status":"success"}' > "$ATTRACTOR_STATUS_PATH"`;
      const { at } = await run({ mock: { command } });
      expect(JSON.parse(readFileSync(join(at.stageDir, "status.json"), "utf8"))).toEqual({
        status: "success",
      });
    });

    it.skipIf("missing" in walls)(
      "R-AGENT-23, R-SEC-8: confined, it writes its status and nothing else of the run folder",
      async () => {
        const command = `echo x > "$ATTRACTOR_LOGS_ROOT/loot"; echo x > "$ATTRACTOR_STAGE_DIR/loot"; echo '{"status":"success"}' > "$ATTRACTOR_STATUS_PATH"; touch within`;
        const { at, reply } = await run({ mock: { command }, deps: { sandbox: "required" } });
        expect(reply.problem).toBeUndefined();
        expect(at.json("cli_invocation.json")).toMatchObject({ sandbox: true });
        expect(at.json("status.json")).toEqual({ status: "success" });
        expect(existsSync(join(at.worktree, "within"))).toBe(true);
        expect([at.logsRoot, at.stageDir].filter((folder) => existsSync(join(folder, "loot")))).toEqual([]);
      },
    );

    // GEMINI.md is the exception: gemini has no setting that leaves it out.
    it.skipIf(cli === "gemini")("reads no instruction file of the tree", async () => {
      const plant = (at: CliScene) => {
        for (const path of ["AGENTS.md", "CLAUDE.md", ".github/copilot-instructions.md"]) {
          mkdirSync(dirname(join(at.worktree, path)), { recursive: true });
          writeFileSync(join(at.worktree, path), "PLANTED-INSTRUCTION");
        }
      };
      const { calls } = await run({ before: plant });
      expect(calls.length).toBeGreaterThan(0);
      expect(calls.filter(({ body }) => body.includes("PLANTED-INSTRUCTION"))).toEqual([]);
    });
  });
}
