/** Graphs of agents to their end by `attractor run`, each API protocol against a model server that others wrote. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { LLMock } from "@copilotkit/aimock";
import { describe, expect, it, onTestFinished } from "vitest";
import { configOf, costOf, model, run } from "./agent-model.ts";
import { cli, driver, finalOf, graph, logOf, named, repository, tool, until } from "./world.ts";

const SOURCE = graph(
  `toolchain [shape=parallelogram, tool_command="true"]
   plan [prompt="NODE-plan: write plan.md", outputs="plan.md"]
   fan [shape=component]
   code [prompt="NODE-code: write code.txt"]
   docs [prompt="NODE-docs: write docs.txt"]
   join [shape=tripleoctagon, merge=all]
   test [shape=parallelogram, tool_command="cat plan.md code.txt docs.txt"]
   review [prompt="NODE-review: write review.md"]
   s -> toolchain -> plan -> fan; fan -> code -> join; fan -> docs -> join; join -> test -> review -> e`,
);

const PROTOCOLS = [
  ["anthropic_messages", "/v1", "claude-test"],
  ["openai_chat_completions", "/v1", "glm-test"],
  ["openai_responses", "/v1", "gpt-test"],
  ["google_generate_content", "/v1beta", "gemini-test"],
] as const;

describe("agents by API", () => {
  it.each(PROTOCOLS)(
    "R-AGENT-1, R-OBS-1: %s: plan, two branches, join, test and review end, tokens and cost right to the last digit",
    async (protocol, path, name) => {
      const { mock, served } = await model();
      // The first call is refused once: what was never answered costs nothing.
      mock.nextRequestError(429, { message: "slow down", type: "rate_limit_error" });
      const { code, text, root } = await run(SOURCE, configOf(protocol, `${mock.url}${path}`, name));
      expect([code, text.slice(-600)]).toEqual([0, expect.any(String)]);
      const final = finalOf(root);
      expect(final.status).toBe("success");
      expect(served).toHaveLength(8);
      const answered = mock.getRequests().filter(({ response }) => response.status === 200);
      expect(answered).toHaveLength(served.length);
      expect(mock.getRequests()).toHaveLength(served.length + 1);
      expect(final.totals.tokens).toBe(served.reduce((sum, { input, output }) => sum + input + output, 0));
      expect(final.totals.cost_usd).toBeCloseTo(costOf(served), 12);
      expect(final.totals.cost_complete).toBe(true);
      const selected = named(logOf(root), "provider_selected");
      expect(
        selected.map(({ provider, model: asked, backend, source }) => [provider, asked, backend, source]),
      ).toEqual(Array(4).fill(["ours", name, "api", "force_model"]));
      const events = readFileSync(join(root, "plan/v1-a1/events.ndjson"), "utf8");
      expect(events).toContain('"TOOL_CALL_END"');
      expect(readFileSync(join(root, "test/v1-a1/stdout.log"), "utf8")).toBe("by-plan\nby-code\nby-docs\n");
      // The key is nowhere in what a stage or a reader may see.
      for (const file of [
        "progress.ndjson",
        "plan/v1-a1/events.ndjson",
        "plan/v1-a1/prompt.md",
        "run_config.json",
      ])
        expect(readFileSync(join(root, file), "utf8")).not.toContain("sk-test-not-a-real-key-000");
    },
  );

  it("an agent is told what the base ref's instruction files say, and not what another agent made of them", async () => {
    const { mock } = await model();
    const source = graph(
      `${tool("change", "echo PLANTED > AGENTS.md; echo PLANTED > CLAUDE.md; git commit -qam planted")}; code [prompt="NODE-code"]
       s -> change -> code -> e`,
    );
    const config = configOf("anthropic_messages", `${mock.url}/v1`, "claude-test");
    const files = {
      "AGENTS.md": "Tabs, never spaces.",
      "CLAUDE.md": "Be brief.",
      "GEMINI.md": "Not for you.",
    };
    const repo = repository({ "g.dot": source, "c.yml": config, ...files });
    process.env.OURS_API_KEY = "sk-test-not-a-real-key-000";
    const { code } = await driver(repo, "run", "g.dot", "--config", "c.yml").ended;
    expect(code).toBe(0);
    const bodies = JSON.stringify(mock.getRequests().map(({ body }) => body));
    expect(bodies).toContain("# AGENTS.md\\n\\nTabs, never spaces.\\n\\n# CLAUDE.md\\n\\nBe brief.");
    expect(bodies).not.toMatch(/PLANTED|Not for you/);
  });

  it("attractor steer says a word between two turns, once", async () => {
    const mock = new LLMock({ port: 0 });
    const turn = (messages: readonly { role: string }[]) =>
      messages.filter(({ role }) => role === "tool").length;
    mock.on({ predicate: () => true }, (request) => {
      const command = `while [ ! -e go ]; do sleep 0.1; done; echo '{"status":"success"}' > "$ATTRACTOR_STATUS_PATH"`;
      const shell = { name: "shell", arguments: JSON.stringify({ command }) };
      return turn(request.messages as { role: string }[]) < 2 ? { toolCalls: [shell] } : { content: "done" };
    });
    await mock.start();
    onTestFinished(() => mock.stop());
    const config = configOf("anthropic_messages", `${mock.url}/v1`, "claude-test");
    const repo = repository({ "g.dot": graph("it [prompt=x]; s -> it -> e"), "c.yml": config });
    process.env.OURS_API_KEY = "sk-test-not-a-real-key-000";
    const child = driver(repo, "run", "g.dot", "--config", "c.yml", "--run-id", "r");
    await until("the first call", () => mock.getRequests().length > 0);
    expect(cli(repo, "steer", "r", "nobody", "x")).toMatchObject({
      code: 2,
      err: expect.stringContaining("name one of it"),
    });
    expect(cli(repo, "steer", "r", "it", "mind the gap").out).toContain("it is told");
    writeFileSync(join(repo, ".attractor/runs/r/worktree/go"), "");
    expect((await child.ended).code).toBe(0);
    const said = mock.getRequests().map(({ body }) => JSON.stringify(body).split("mind the gap").length - 1);
    expect(said).toEqual([0, 1, 1]);
    expect(cli(repo, "steer", "r", "it", "late").err).toContain("has ended");
  }, 120_000);

  it("R-CTX-2: full goes on with the conversation of its thread, in the same run", async () => {
    const { mock } = await model();
    const source = graph(
      `plan [prompt="NODE-plan: begin", thread_id=talk, fidelity=full]
       review [prompt="NODE-review: go on", thread_id=talk, fidelity=full]
       other [prompt="NODE-docs: alone", fidelity=full, thread_id=else]
       s -> plan -> review -> other -> e`,
    );
    const { code, root } = await run(source, configOf("anthropic_messages", `${mock.url}/v1`, "claude-test"));
    expect(code).toBe(0);
    const last = (node: string) =>
      JSON.stringify(
        mock.getRequests().filter(({ body }) => JSON.stringify(body).includes(`NODE-${node}`))[0]!.body,
      );
    expect(last("review")).toContain("NODE-plan");
    expect(last("docs")).not.toContain("NODE-plan");
    const prompt = readFileSync(join(root, "review/v1-a1/prompt.md"), "utf8");
    expect(prompt).not.toContain("## Context");
    expect(prompt).toContain("# How to report");
    expect(named(logOf(root), "warning").filter(({ code: which }) => which.startsWith("session"))).toEqual(
      [],
    );
  });
});
