/** A shipped graph with its own run.yaml by `attractor run`: only the addresses are those of the model server. */
import { chmodSync, globSync, readFileSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { expect, vi } from "vitest";
import { parse } from "yaml";
import { prepare } from "../../engine/graph/prepare.ts";
import type { Step } from "../agents/cli/fakes/lines.ts";
import { driver, folder, logOf, named, readJson, repository } from "../local/world.ts";
import { type Fresh, holds } from "./artifacts.ts";
import { installClis } from "./served-clis.ts";
import { models, type Plays, type Turn } from "./served-models.ts";

const ROOT = new URL("../../graphs/", import.meta.url).pathname;
const KEYS = ["ANTHROPIC_API_KEY", "OPENAI_API_KEY", "GEMINI_API_KEY", "KIMI_API_KEY", "ZAI_API_KEY"];

/** Where each CLI's calls go, below the server. */
const BASE: Readonly<Record<string, string>> = { anthropic: "/v1", openai: "/v1", google: "/v1beta" };

export interface Served extends Fresh {
  readonly code: number | null;
  readonly turns: readonly Turn[];
  readonly providers: Readonly<Record<string, { failover: string[]; backend: string }>>;
}

/** The gates' tools: cargo fails while something in the tree does not compile. */
const TOOLS = `#!/bin/sh
test -e src/broken.rs || exit 0
echo "error[E0425]: cannot find value in this scope" >&2
exit 101
`;

export async function served(
  graph: string,
  config: string,
  plays: Plays,
  plans: Readonly<Record<string, readonly (readonly Step[])[]>> = {},
): Promise<Served> {
  const { url, turns } = await models(plays);
  const bin = folder();
  for (const name of ["cargo", "wasm-pack"]) {
    writeFileSync(join(bin, name), TOOLS);
    chmodSync(join(bin, name), 0o755);
  }
  installClis(bin, plans);
  const source = readFileSync(join(ROOT, `${graph}.dot`), "utf8");
  const text = readFileSync(join(ROOT, config), "utf8")
    .replace(/base_url: https:\/\/api\.(?:kimi\.com\/coding|z\.ai)$/gm, `base_url: ${url}`)
    .replace(
      /^( +(\w+): \{ backend: cli, failover: \[\]) \}$/gm,
      (_, line, name) => `${line}, api: { base_url: "${url}${BASE[name]}" } }`,
    );
  const repo = repository({
    "original/main.c": "int main(void) { return 0; }\n",
    "g.dot": source,
    "run.yaml": text,
  });
  vi.stubEnv("PATH", `${bin}${delimiter}${process.env.PATH}`);
  // The stand-ins count in it, which a confined one may do in a cache alone.
  vi.stubEnv("XDG_CACHE_HOME", join(bin, "plans"));
  for (const key of KEYS) vi.stubEnv(key, `sk-not-a-real-key-${key.toLowerCase()}`);
  try {
    const child = driver(repo, "run", "g.dot", "--config", "run.yaml", "--run-id", "r");
    const { code } = await child.ended;
    const root = join(repo, ".attractor/runs/r");
    expect([code, child.text().slice(-2000)]).toEqual([expect.any(Number), expect.stringMatching(/./)]);
    return { code, turns, log: logOf(root), root, repo, source, providers: parse(text).llm.providers };
  } finally {
    vi.unstubAllEnvs();
  }
}

interface Line {
  readonly kind: string;
  readonly call_id?: string;
  readonly tool?: string;
  /** Of a CLI's call; of one by API it is called `input`. */
  readonly arguments?: string;
  readonly input?: string | object;
  readonly output?: string;
  readonly error?: string;
}

/** Every line that an agent left, by the attempt that left it. */
const linesOf = (root: string): [string, Line[]][] =>
  globSync("**/events.ndjson", { cwd: root }).map((path) => [
    path,
    readFileSync(join(root, path), "utf8")
      .split("\n")
      .filter(Boolean)
      .map((line) => JSON.parse(line) as Line),
  ]);

/** What holds of any run with models, beside what holds of any run. Says what was counted. */
export function holdsServed(run: Served): { calls: number; models: string[]; handovers: string[] } {
  holds(run);
  expect(readJson(join(run.root, "manifest.json")).simulated).toEqual([]);
  let calls = 0;
  for (const [path, lines] of linesOf(run.root)) {
    const ids = (kind: string) => lines.flatMap((line) => (line.kind === kind ? [line.call_id] : []));
    const started = ids("TOOL_CALL_START");
    calls += started.length;
    expect([path, ids("TOOL_CALL_END").sort()]).toEqual([path, started.sort()]);
    for (const { kind, tool, input: given, error, output } of lines) {
      if (kind === "TOOL_CALL_START" && tool !== "command_execution" && typeof given !== "object")
        expect(() => JSON.parse(given ?? ""), `${path}: ${given}`).not.toThrow();
      expect(`${error} ${output}`, path).not.toMatch(/invalid (?:tool )?arguments/);
    }
  }
  // Each stage asked the provider and the model that the graph names, and Z.ai nothing but glm-4.7.
  const { stages } = prepare(run.source).pipeline!;
  const chosen = named(run.log, "provider_selected");
  for (const { node_id, provider, model, source } of chosen) {
    const stage = stages.get(node_id)!;
    if (source !== "failover") expect([provider, model]).toEqual([stage.llmProvider, stage.llmModel]);
    if (provider === "zai") expect(model).toBe("glm-4.7");
  }
  // Work is handed over as the configuration says, and never for a limit.
  const handovers = named(run.log, "llm_failover").map((event) => {
    expect(run.providers[event.from_provider]!.failover).toContain(event.to_provider);
    expect(event.reason).not.toMatch(/turn limit|max_turns/);
    return `${event.from_provider} to ${event.to_provider}`;
  });
  expect(calls).toBeGreaterThan(0);
  const invocations = globSync("**/cli_invocation.json", { cwd: run.root });
  const byCli = chosen.some(({ backend }) => backend !== "api");
  expect(invocations.length > 0).toBe(byCli);
  for (const path of invocations) {
    const { argv, proxied } = readJson<{ argv: string[]; proxied: boolean }>(join(run.root, path));
    expect(proxied, path).toBe(true);
    if (argv.includes("-p")) expect(argv, path).toEqual(expect.arrayContaining(["stream-json", "--verbose"]));
  }
  for (const path of globSync("**/*.{ndjson,json,log,md}", { cwd: run.root, withFileTypes: true }))
    if (path.isFile())
      expect(readFileSync(join(path.parentPath, path.name), "utf8")).not.toMatch(/sk-not-a-real-key/);
  return {
    calls,
    models: [...new Set(chosen.map(({ provider, model }) => `${provider} ${model}`))].sort(),
    handovers,
  };
}
