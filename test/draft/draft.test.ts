/** `attractor draft` against models that answer wrongly first: by every kind of backend, until the graph is clean. */
import { chmodSync, existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { LLMock } from "@copilotkit/aimock";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { prepare, validate } from "../../engine/graph/prepare.ts";
import { here } from "../local/here.ts";
import { folder } from "../local/world.ts";
import { BRIEFS, type Brief } from "./briefs.ts";

const PROTOCOLS = {
  openai_chat_completions: "/v1/chat/completions",
  openai_responses: "/v1/responses",
  anthropic_messages: "/v1/messages",
} as const;
type Protocol = keyof typeof PROTOCOLS;

/** Answers well only when it is told what was wrong. */
const answerOf = (prompt: string, { brief, broken, first, good }: Brief): string =>
  !prompt.includes(brief) ? "which task?" : prompt.includes(broken) ? fenced(good) : fenced(first);

const fenced = (text: string): string =>
  text.includes("digraph") ? `Here it is.\n\n\`\`\`dot\n${text}\`\`\`\n` : text;

async function byApi(brief: Brief, protocol: Protocol): Promise<{ config: object; asked: () => number }> {
  const mock = new LLMock({ port: 0 });
  let asked = 0;
  mock.on({ predicate: () => true }, (request) => {
    asked++;
    const usage = {
      prompt_tokens: 100,
      completion_tokens: 10,
      total_tokens: 110,
      input_tokens: 100,
      output_tokens: 10,
    };
    return {
      content: answerOf(
        JSON.stringify(request.messages).replaceAll("\\n", "\n").replaceAll('\\"', '"'),
        brief,
      ),
      usage,
    };
  });
  await mock.start();
  onTestFinished(() => mock.stop());
  vi.stubEnv("DRAFT_KEY", "key");
  const api = { protocol, base_url: mock.url, path: PROTOCOLS[protocol], api_key_env: "DRAFT_KEY" };
  const models = { drafter: { input: 1, output: 1 } };
  return { config: { ours: { backend: "api", failover: [], api, models } }, asked: () => asked };
}

/** A command that reads the prompt and prints the answer. */
function byCommand(at: string, { broken, first, good }: Brief) {
  writeFileSync(join(at, "first.txt"), fenced(first));
  writeFileSync(join(at, "good.txt"), fenced(good));
  const script = join(at, "agent.sh");
  const tell = `grep -q -e '${broken}' && exec cat ${at}/good.txt; exec cat ${at}/first.txt`;
  writeFileSync(script, `#!/bin/sh\necho x >> ${at}/asked\n${tell}\n`);
  chmodSync(script, 0o755);
  const asked = () => readFileSync(join(at, "asked"), "utf8").split("\n").length - 1;
  return { config: { ours: { backend: "command", command: script } }, asked };
}

async function drafted(at: string, providers: object, brief: string, ...more: string[]) {
  const config = join(at, "attractor.json");
  writeFileSync(config, JSON.stringify({ version: 1, llm: { providers } }));
  return here("draft", brief, "--config", config, ...more);
}

describe("R-RUN-6: English to a graph", () => {
  it.each(BRIEFS.map((brief, at) => [brief.brief, brief, at] as const))(
    "%s",
    async (_, brief, at) => {
      const home = folder();
      const protocols = Object.keys(PROTOCOLS) as Protocol[];
      const by = at % 4 === 3 ? byCommand(home, brief) : await byApi(brief, protocols[at % 4]!);
      const to = join(home, "graph.dot");
      const { code, out, err } = await drafted(home, by.config, brief.brief, "--to", to, "--yes");
      expect([code, err]).toEqual([0, expect.stringContaining("round 2: nothing to complain about")]);
      expect(by.asked()).toBe(2);
      expect(out).toContain(`next: attractor run ${to} --simulate`);

      const source = readFileSync(to, "utf8");
      expect(validate(source).filter(({ severity }) => severity !== "info")).toEqual([]);
      const { stages, out: ways, start, limits } = prepare(source).pipeline!;
      expect(stages.get(ways.get(start)![0]!.to)).toMatchObject({ handler: "tool", maxRetries: 0 });
      expect(limits).toMatchObject({ maxNodeVisits: 5, maxNodeFailures: 3 });
      for (const { loopRestart, conditionText } of [...ways.values()].flat())
        if (loopRestart) expect(conditionText).toContain("context.failure_class=transient_infra");
      // Drawn before it was written: the outline names each stage, and the picture lies beside it.
      for (const id of stages.keys()) expect(err).toMatch(new RegExp(`^${id} `, "m"));
      expect(readFileSync(join(home, "graph.svg"), "utf8")).toContain("<svg");
      expect(
        (
          await here(
            "run",
            to,
            "--workdir",
            folder(),
            "--logs-root",
            join(home, "run"),
            "--simulate",
            "--simulate-tools",
            "--auto-approve",
            "--json",
            ...inputsOf(source),
          )
        ).code,
      ).toBe(0);
    },
    60_000,
  );

  const inputsOf = (source: string): string[] =>
    prepare(source).pipeline!.inputSpecs.flatMap(({ key }) => ["--input", `${key}=parse`]);

  it("a graph that stays wrong is shown with what is wrong, and not written", async () => {
    const home = folder();
    const { brief, first } = BRIEFS[0]!;
    const { config, asked } = byCommand(home, { brief, broken: "never said", first, good: first });
    const { code, out, err } = await drafted(
      home,
      config,
      brief,
      "--to",
      join(home, "g.dot"),
      "--yes",
      "--rounds",
      "3",
    );
    expect([code, asked()]).toEqual([1, 3]);
    expect(out).toBe(first);
    expect(err).toContain("not clean after 3 rounds");
    expect(existsSync(join(home, "g.dot"))).toBe(false);
  });

  it("without a terminal and without --yes the graph goes to standard output; --json tells findings and rounds", async () => {
    const home = folder();
    const { config } = byCommand(home, BRIEFS[3]!);
    const plain = await drafted(home, config, BRIEFS[3]!.brief);
    expect([plain.code, plain.out]).toEqual([0, BRIEFS[3]!.good]);
    const json = await drafted(home, config, BRIEFS[3]!.brief, "--json");
    expect(JSON.parse(json.out)).toEqual({ graph: BRIEFS[3]!.good, diagnostics: [], rounds: 2 });
  });

  it("writes over nothing", async () => {
    const home = folder();
    const { config } = byCommand(home, BRIEFS[3]!);
    writeFileSync(join(home, "g.dot"), "mine");
    const { code, err } = await drafted(home, config, BRIEFS[3]!.brief, "--to", join(home, "g.dot"), "--yes");
    expect([code, err]).toEqual([2, expect.stringContaining("g.dot exists, so nothing was written")]);
    expect(readFileSync(join(home, "g.dot"), "utf8")).toBe("mine");
  });

  it("says what to write when no provider is configured, and asks nobody", async () => {
    const { code, err } = await drafted(folder(), {}, "anything");
    expect([code, err]).toEqual([
      2,
      expect.stringMatching(/llm\.providers: write llm: .* into .*attractor new/),
    ]);
    expect(err).not.toContain("--simulate");
  });
});
