/** `attractor draft` by command-line agents, by the Agent Client Protocol and by Gemini's API: one loop for all of them. */
import { spawn } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join, resolve } from "node:path";
import { text } from "node:stream/consumers";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { here } from "../local/here.ts";
import { folder } from "../local/world.ts";
import { whereItRuns } from "../where-it-runs.ts";
import { BRIEFS } from "./briefs.ts";

const AGENT = resolve(import.meta.dirname, "fakes/agent.mjs");
const MAIN = resolve(import.meta.dirname, "../../cli/main.ts");
const CASE = BRIEFS[0]!;
const fenced = (graph: string): string => `Here it is.\n\n\`\`\`dot\n${graph}\`\`\`\n`;

/** A program of that name, first on the PATH. */
function install(home: string, name: string): string {
  const bin = join(home, "bin");
  mkdirSync(bin);
  const plan = join(home, "plan.json");
  const { broken, first, good } = CASE;
  const asked = join(home, "asked");
  writeFileSync(plan, JSON.stringify({ broken, first: fenced(first), good: fenced(good), asked }));
  const at = join(bin, name);
  writeFileSync(at, `#!/bin/sh\nexec "${process.execPath}" "${AGENT}" ${name} "${plan}" "$@"\n`);
  chmodSync(at, 0o755);
  vi.stubEnv("PATH", `${bin}:${process.env.PATH}`);
  vi.stubEnv("HOME", home);
  onTestFinished(() => void vi.unstubAllEnvs());
  return at;
}

async function drafted(home: string, provider: string, declared: object) {
  const config = join(home, "attractor.json");
  // Behind walls an agent does not see the folder of a test.
  writeFileSync(
    config,
    JSON.stringify({ version: 1, sandbox: "off", llm: { providers: { [provider]: declared } } }),
  );
  return here("draft", CASE.brief, "--config", config, "--to", join(home, "graph.dot"), "--yes");
}

/** A terminal of its own, where the machine has a program that makes one. */
const TERMINAL = ["/usr/bin/script", "/bin/script"].find((path) => existsSync(path));
const noTerminal =
  process.platform !== "linux" || TERMINAL === undefined ? "needs script(1) of util-linux" : null;

/** Types that answer when it is asked. */
async function askedAtTerminal(home: string, answer: string) {
  const command = install(home, "acp");
  const config = join(home, "attractor.json");
  const other = { backend: "acp", failover: [], auth: "login", command };
  writeFileSync(config, JSON.stringify({ version: 1, sandbox: "off", llm: { providers: { other } } }));
  const line = [
    process.execPath,
    MAIN,
    "draft",
    CASE.brief,
    "--config",
    config,
    "--to",
    join(home, "graph.dot"),
  ]
    .map((word) => `'${word.replaceAll("'", "'\\''")}'`)
    .join(" ");
  const child = spawn(TERMINAL!, ["-qec", line, "/dev/null"], { cwd: home, stdio: ["pipe", "pipe", "pipe"] });
  let seen = "";
  child.stdout.on("data", (chunk) => {
    seen += chunk;
    if (seen.includes("[Y/n]")) child.stdin.end(`${answer}\n`);
  });
  const code = await new Promise<number | null>((done) => child.on("close", done));
  return { code, seen };
}

whereItRuns(noTerminal)("draft at a terminal", () => {
  it.each([
    ["n", false],
    ["", true],
  ])(
    "shows the graph and asks before it writes: %j",
    async (answer, written) => {
      const home = folder();
      const { code, seen } = await askedAtTerminal(home, answer);
      expect([code, seen]).toEqual([
        0,
        expect.stringMatching(/toolchain [\s\S]*Write .*graph\.dot\? \[Y\/n\]/),
      ]);
      expect(existsSync(join(home, "graph.dot"))).toBe(written);
      expect(seen.includes("next: attractor run")).toBe(written);
    },
    60_000,
  );
});

describe("R-RUN-6: English to a graph by", () => {
  it.each([
    ["claude", "anthropic"],
    ["codex", "openai"],
    ["gemini", "google"],
  ])(
    "the command %s",
    async (name, provider) => {
      const home = folder();
      install(home, name);
      const { code, err } = await drafted(home, provider, { backend: "cli", failover: [], auth: "login" });
      expect([code, err]).toEqual([0, expect.stringContaining("round 2: nothing to complain about")]);
      expect(readFileSync(join(home, "asked"), "utf8")).toBe("xx");
      expect(readFileSync(join(home, "graph.dot"), "utf8")).toBe(CASE.good);
    },
    60_000,
  );

  it("an agent of the Agent Client Protocol", async () => {
    const home = folder();
    const command = install(home, "acp");
    const { code, err } = await drafted(home, "other", {
      backend: "acp",
      failover: [],
      auth: "login",
      command,
    });
    expect([code, err]).toEqual([0, expect.stringContaining("round 2: nothing to complain about")]);
    expect(readFileSync(join(home, "asked"), "utf8")).toBe("xx");
    expect(existsSync(join(home, "graph.svg"))).toBe(true);
  }, 60_000);

  it("Gemini's own API", async () => {
    const home = folder();
    const paths: string[] = [];
    const server = createServer(async (request, response) => {
      paths.push(request.url ?? "");
      const said = JSON.parse(await text(request));
      const prompt = JSON.stringify(said).replaceAll("\\n", "\n").replaceAll('\\"', '"');
      const answer = {
        candidates: [
          {
            content: {
              role: "model",
              parts: [{ text: fenced(prompt.includes(CASE.broken) ? CASE.good : CASE.first) }],
            },
            finishReason: "STOP",
          },
        ],
        usageMetadata: { promptTokenCount: 3, candidatesTokenCount: 4, totalTokenCount: 7 },
      };
      response.writeHead(200, { "content-type": "text/event-stream" });
      response.end(`data: ${JSON.stringify(answer)}\n\n`);
    });
    await new Promise<void>((ready) => server.listen(0, "127.0.0.1", ready));
    onTestFinished(() => void server.close());
    vi.stubEnv("GEMINI_KEY", "key");
    onTestFinished(() => void vi.unstubAllEnvs());
    const api = {
      protocol: "google_generate_content",
      base_url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1beta`,
      api_key_env: "GEMINI_KEY",
    };
    const models = { drafter: { input: 1, output: 1 } };
    const { code, err } = await drafted(home, "ours", { backend: "api", failover: [], api, models });
    expect([code, err]).toEqual([0, expect.stringContaining("round 2: nothing to complain about")]);
    expect(paths).toHaveLength(2);
    expect(paths[0]).toContain("/v1beta/models/drafter:streamGenerateContent");
    expect(readFileSync(join(home, "graph.dot"), "utf8")).toBe(CASE.good);
  }, 60_000);
});
