/** A provider that wants to be paid stops the run, and nothing that was done is lost or done again. */
import { request as ask, createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { LLMock } from "@copilotkit/aimock";
import { describe, expect, it, onTestFinished } from "vitest";
import type { Live } from "../../engine/ledger/projections/live.ts";
import {
  driver,
  executions,
  finalOf,
  folder,
  graph,
  hasFinal,
  logOf,
  named,
  readJson,
  repository,
  tool,
} from "./world.ts";

/** What each of them answers when there is no money. */
const UNPAID = {
  anthropic_messages: {
    status: 400,
    body: {
      type: "error",
      error: {
        type: "invalid_request_error",
        message: "Your credit balance is too low to access the Anthropic API.",
      },
    },
  },
  openai_responses: {
    status: 429,
    body: {
      error: {
        type: "insufficient_quota",
        code: "insufficient_quota",
        message: "You exceeded your current quota, please check your plan and billing details.",
      },
    },
  },
  openai_chat_completions: { status: 402, body: { error: { message: "Insufficient Balance" } } },
  google_generate_content: {
    status: 429,
    body: {
      error: {
        status: "RESOURCE_EXHAUSTED",
        message: "You exceeded your current quota, please check your plan and billing details.",
        details: [{ quotaId: "GenerateRequestsPerDayPerProjectPerModel" }, { retryDelay: "37s" }],
      },
    },
  },
} as const;
type Protocol = keyof typeof UNPAID;
const PATHS: Record<Protocol, string> = {
  anthropic_messages: "/v1",
  openai_responses: "/v1",
  openai_chat_completions: "/v1",
  google_generate_content: "/v1beta",
};
const USED = { input: 1000, output: 10 };

/** A model that does what each node asks, behind a till: it serves a node when that is paid. */
async function till(protocol: Protocol) {
  const mock = new LLMock({ port: 0 });
  let served = 0;
  mock.on({ predicate: () => true }, (request) => {
    const messages = request.messages as { role: string; content: unknown }[];
    const node = nodeIn(JSON.stringify(messages.filter(({ role }) => role === "user")));
    served++;
    const usage = {
      ...{ prompt_tokens: USED.input, completion_tokens: USED.output, total_tokens: 1010 },
      ...{ input_tokens: USED.input, output_tokens: USED.output },
      ...{ promptTokenCount: USED.input, candidatesTokenCount: USED.output, totalTokenCount: 1010 },
    };
    if (messages.some(({ role }) => role === "tool")) return { content: `${node} is done`, usage };
    const command = `echo ${node} >> "$RAN"; echo by-${node} > ${node}.txt; echo '{"status":"success"}' > "$ATTRACTOR_STATUS_PATH"`;
    return { toolCalls: [{ name: "shell", arguments: JSON.stringify({ command }) }], usage };
  });
  await mock.start();
  const unpaid = new Set<string>();
  const refused: string[] = [];
  const server = createServer(async (incoming, outgoing) => {
    let body = "";
    for await (const part of incoming) body += part;
    const node = nodeIn(body);
    if (unpaid.has(node)) {
      refused.push(node);
      outgoing.writeHead(UNPAID[protocol].status, { "content-type": "application/json" });
      return void outgoing.end(JSON.stringify(UNPAID[protocol].body));
    }
    const { method = "POST", url = "", headers } = incoming;
    const onward = ask(`${mock.url}${url}`, { method, headers: { ...headers, host: "model" } }, (answer) => {
      outgoing.writeHead(answer.statusCode ?? 500, answer.headers);
      answer.pipe(outgoing);
    });
    onward.end(body);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(async () => {
    server.closeAllConnections();
    server.close();
    await mock.stop();
  });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}${PATHS[protocol]}`;
  return { url, unpaid, refused, served: () => served };
}

/** The newest prompt's: what came before it may be told in it. */
const nodeIn = (text: string): string => /NODE-(\w+)/.exec(text)?.[1] ?? "nobody";

const SOURCE = graph(
  `plan [prompt="NODE-plan"]; fan [shape=component]; code [prompt="NODE-code"]; docs [prompt="NODE-docs", max_retries=4]
   ${tool("build", `echo build >> "$RAN"`)}; join [shape=tripleoctagon, merge=all]; review [prompt="NODE-review"]
   s -> plan -> fan; fan -> code -> join; fan -> docs -> join; fan -> build -> join; join -> review -> e`,
);

function project(protocol: Protocol, url: string, ran: string, more: Readonly<Record<string, string>> = {}) {
  process.env.OURS_API_KEY = "sk-test-not-a-real-key-000";
  process.env.RAN = ran;
  const config = `version: 1
sandbox: off
pass_env: [RAN]
llm:
  providers:
    ours:
      backend: api
      failover: []
      api: { protocol: ${protocol}, base_url: "${url}", api_key_env: OURS_API_KEY }
      models: { m-1: { input: 1, output: 1 } }
  force_models: { ours: m-1 }
`;
  return repository({ "g.dot": SOURCE, "c.yml": config, ...more });
}

async function attractor(repo: string, ...args: string[]) {
  const child = driver(repo, ...args);
  const { code } = await child.ended;
  return { code, out: child.text() };
}

describe("a provider's billing stop on a laptop", () => {
  it("R-AGENT-18: branch and trunk pause with exit code 4, and go on when paid; nothing that ended runs again", async () => {
    const { url, unpaid, refused, served } = await till("anthropic_messages");
    const ran = join(folder(), "ran");
    const root = join(folder(), "run");
    const repo = project("anthropic_messages", url, ran);
    for (const node of ["docs", "review"]) unpaid.add(node);
    const begun = await attractor(repo, "run", "g.dot", "--config", "c.yml", "--logs-root", root);
    expect([begun.code, begun.out.slice(-800)]).toEqual([4, expect.any(String)]);
    // One call, though the stage may be retried four times.
    expect(refused).toEqual(["docs"]);
    expect(executions(ran).toSorted()).toEqual(["build", "code", "plan"]);
    expect(begun.out).toContain("paused   run");
    expect(begun.out).toContain("docs: ours refused: ours: HTTP 400: Your credit balance is too low");
    expect(begun.out).toContain(`next: attractor resume ${root}`);
    expect(hasFinal(root)).toBe(false);
    const live = readJson<Live>(join(root, "live.json"));
    expect(live).toMatchObject({ status: "paused", pauses: [{ node_id: "docs", provider: "ours" }] });
    expect((await attractor(repo, "status", root)).code).toBe(4);

    expect((await attractor(repo, "resume", root)).code).toBe(4);
    expect(refused).toEqual(["docs", "docs"]);
    unpaid.delete("docs");
    const trunk = await attractor(repo, "resume", root);
    expect([trunk.code, refused]).toEqual([4, ["docs", "docs", "review"]]);
    expect(trunk.out).toContain("review: ours refused");
    unpaid.delete("review");
    expect((await attractor(repo, "resume", root)).code).toBe(0);

    expect(executions(ran).toSorted()).toEqual(["build", "code", "docs", "plan", "review"]);
    const log = logOf(root);
    expect(named(log, "leg_paused").map(({ node_id, why }) => [node_id, why])).toEqual([
      ["docs", "billing"],
      ["docs", "billing"],
    ]);
    expect(named(log, "run_paused")).toMatchObject([{ node_id: "review", attempt: 1, provider: "ours" }]);
    expect(named(log, "stage_retry_sleep")).toEqual([]);
    const final = finalOf(root);
    expect(final).toMatchObject({ status: "success", resumes: 3 });
    // What was refused cost nothing, what was served is counted once.
    expect(final.totals).toMatchObject({ tokens: served() * 1010, cost_complete: true });
    expect(served()).toBe(8);
  });

  it.each(["openai_responses", "openai_chat_completions", "google_generate_content"] as const)(
    "R-AGENT-18: %s: pauses by what this provider answers",
    async (protocol) => {
      const { url, unpaid, refused } = await till(protocol);
      const repo = project(protocol, url, join(folder(), "ran"));
      unpaid.add("plan");
      const { code, out } = await attractor(repo, "run", "g.dot", "--config", "c.yml", "--run-id", "r");
      expect([code, refused]).toEqual([4, ["plan"]]);
      expect(out).toContain(UNPAID[protocol].body.error.message);
    },
  );

  it("R-AGENT-18: a manager pauses with its child, and the child goes on where it stood", async () => {
    const { url, unpaid, refused, served } = await till("anthropic_messages");
    const ran = join(folder(), "ran");
    const repo = project("anthropic_messages", url, ran, {
      "top.dot": graph(
        `${tool("before", `echo before >> "$RAN"`)}; m [shape=house, "stack.child_dotfile"="g.dot", "manager.poll_interval"="50ms"]
         s -> before -> m; m -> e [condition="outcome=success"]`,
      ),
    });
    unpaid.add("review");
    const args = ["--config", "c.yml", "--run-id", "r"];
    expect((await attractor(repo, "run", "top.dot", ...args)).code).toBe(4);
    unpaid.delete("review");
    const { code, out } = await attractor(repo, "resume", join(repo, ".attractor/runs/r"));
    expect([code, out.slice(-500)]).toEqual([0, expect.any(String)]);
    expect(refused).toEqual(["review"]);
    // What the child spent before and after its pause is paid once.
    expect(finalOf(join(repo, ".attractor/runs/r")).totals.tokens).toBe(served() * 1010);
    expect(executions(ran).toSorted()).toEqual(["before", "build", "code", "docs", "plan", "review"]);
  });
});
