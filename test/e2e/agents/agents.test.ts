import { readFileSync } from "node:fs";
import { unzipSync } from "fflate";
import { describe, expect, it } from "vitest";
import { bubblewrap } from "../../../engine/agents/confine/bwrap.ts";
import { CALLER_PATH } from "../../../github/workflows/init-files.ts";
import { allRuns, gitOf, ledgerOf, story } from "../inspect.ts";
import { callerText, type Scene, scene } from "../support.ts";
import { commands } from "./commands.ts";
import { model, RATES } from "./model.ts";

const KEY = "sk-canary-of-the-provider-5c1e77";
const DECLARED = "declared-for-the-stages-41d0";

const agent = (node: string, provider: string): string =>
  `${node} [prompt="Show what is seen", llm_provider=${provider}, llm_model="m-1"]`;

const GRAPH = `digraph agents { graph [goal="Show what is seen"]
  start [shape=Mdiamond]; exit [shape=Msquare]
  par [shape=component]; join [shape=tripleoctagon, merge=all]
  ${["messages", "chat", "responses", "content", "copilot"].map((name) => agent(name, name)).join("\n  ")}
  ${agent("claude", "anthropic")}; ${agent("codex", "openai")}; ${agent("gemini", "google")}
  first [prompt="Show what is seen", llm_provider=chat, llm_model="m-1", fidelity=full, thread_id=talk]
  last [prompt="Show what is seen", llm_provider=chat, llm_model="m-1", fidelity=full, thread_id=talk]
  start -> first -> par
  par -> messages -> chat -> responses -> content -> join
  par -> claude -> codex -> gemini -> copilot -> join
  join -> last -> exit
}`;

function config(url: string, paths: Readonly<Record<string, string>>): string {
  const api = (protocol: string, version = "v1") => ({
    ...{ protocol, base_url: `${url}/${version}`, api_key_env: "MODEL_KEY" },
  });
  const models = { "m-1": { ...RATES, context: 100_000, max_output: 1000 } };
  const ours = (protocol: string, version?: string) => ({
    ...{ backend: "api", api: api(protocol, version), models, failover: [] },
  });
  const cli = (name: string, protocol: string, version?: string) => ({
    ...{ backend: "cli", executable: paths[name], api: api(protocol, version), models, failover: [] },
  });
  // JSON is YAML.
  return JSON.stringify({
    version: 1,
    pass_env: ["DECLARED"],
    sandbox,
    budget: { usd: 5 },
    llm: {
      providers: {
        messages: ours("anthropic_messages"),
        chat: ours("openai_chat_completions"),
        responses: ours("openai_responses"),
        content: ours("google_generate_content", "v1beta"),
        anthropic: cli("claude", "anthropic_messages"),
        openai: cli("codex", "openai_responses"),
        google: cli("gemini", "google_generate_content", "v1beta"),
        copilot: cli("copilot", "openai_chat_completions"),
      },
    },
  });
}

const CALLER = callerText({ secrets: ["MODEL_KEY", "DECLARED"] });

/** Where bubblewrap cannot start, they run without, and the rest of it holds. */
const found = await bubblewrap();
if ("missing" in found) console.warn(`not run under sandbox: required: ${found.missing}`);
const sandbox = "missing" in found ? "auto" : "required";

/** Every text that the run left with GitHub. */
function leftWith(s: Scene): Record<string, string> {
  const left: Record<string, string> = {};
  for (const ref of gitOf(s, "for-each-ref", "--format=%(refname)").trim().split("\n")) {
    for (const path of gitOf(s, "ls-tree", "-r", "--name-only", ref).split("\n").filter(Boolean)) {
      left[`${ref}:${path}`] = gitOf(s, "cat-file", "blob", `${ref}:${path}`);
    }
  }
  for (const { name, file } of s.repository.artifacts.values()) {
    for (const [path, bytes] of Object.entries(unzipSync(readFileSync(file)))) {
      left[`artifact ${name}:${path}`] = Buffer.from(bytes).toString();
    }
  }
  return { ...left, logs: story(s) };
}

/** Of the trunk and the branches. */
const eventsOf = (
  left: Readonly<Record<string, string>>,
): { event: string; source?: string; node_id?: string }[] =>
  Object.keys(left)
    .filter((name) => /:.*\.ndjson$/.test(name))
    .flatMap((name) => left[name]!.trim().split("\n"))
    .map((line) => JSON.parse(line));

const holding = (texts: Readonly<Record<string, string>>, word: string): string[] =>
  Object.keys(texts).filter((name) => texts[name]!.includes(word));

describe("agents in the jobs of a run", () => {
  it("R-AGENT-1, R-AGENT-16, R-AGENT-23, R-CTX-2: each protocol and each CLI works as the stages' user, costs what the server counted, and no key is left anywhere", async () => {
    const server = await model();
    const paths = commands(["claude", "codex", "gemini", "copilot"]);
    const s = await scene({
      "graphs/agents.dot": GRAPH,
      ".github/attractor.yml": config(server.url, paths),
      [CALLER_PATH]: CALLER,
    });
    s.repository.secrets.set("MODEL_KEY", KEY);
    s.repository.secrets.set("DECLARED", DECLARED);
    const id = await s.dispatch({ graph: "graphs/agents.dot" });
    await allRuns(s);
    const log = ledgerOf(s, `r${id}`);
    expect(log.at(-1), story(s)).toMatchObject({ event: "run_completed" });

    const left = leftWith(s);
    const final = Object.entries(left).find(([name]) => name.endsWith(":final.json"))?.[1];
    const { tokens, usd } = server.spent();
    expect(JSON.parse(final!).totals).toMatchObject({ tokens, cost_usd: usd, cost_complete: true });
    // R-AGENT-23: each found the one file that it may write of the run's folder.
    const decided = eventsOf(left).filter(({ event }) => event === "status_ingestion_decision");
    expect(new Set(decided.map(({ source }) => source))).toEqual(new Set(["canonical"]));
    expect(new Set(decided.map(({ node_id }) => node_id)).size).toBe(10);
    // Two calls of each agent of ours, one of each CLI.
    expect(server.received).toHaveLength(16);

    // R-CTX-2: another job went on with the conversation, which lies in a hidden ref of the run.
    const asks = (body: unknown) =>
      (body as { messages?: { role: string }[] }).messages?.filter(({ role }) => role === "user").length;
    const chats = server.received.filter(({ url }) => url.includes("/chat/completions"));
    expect(chats.filter(({ body }) => asks(body) === 2)).toHaveLength(2);
    expect(Object.keys(left).filter((name) => name.includes("/sessions/trunk:"))).toHaveLength(1);
    expect(log.filter((event) => event.event === "warning" && event.code === "session_not_resumed")).toEqual(
      [],
    );

    const seen = Object.keys(left).filter((name) => /:seen-\w+\.(?:txt|json)$/.test(name));
    const nodes = new Set(seen.map((name) => /seen-(\w+)/.exec(name)![1]));
    expect(nodes.size, seen.join()).toBe(10);
    const asked = server.received.map(({ headers, url }) => JSON.stringify(headers) + url);
    expect(asked.filter((text) => text.includes(KEY))).toHaveLength(16);
    expect(holding(left, KEY)).toEqual([]);
    // The control: what the author declared for stages is seen by the same search, in each of them.
    expect(new Set(holding(left, DECLARED).flatMap((name) => /seen-(\w+)/.exec(name)?.[1] ?? []))).toEqual(
      nodes,
    );
    for (const name of seen) expect(left[name], name).toMatch(/attractor-stage/);
    s.box.assertClean();
  }, 300_000);
});
