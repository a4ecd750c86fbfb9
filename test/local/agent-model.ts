/** A model server that others wrote, which does what each node asks, and runs of graphs against it. */
import { join } from "node:path";
import { LLMock } from "@copilotkit/aimock";
import { onTestFinished } from "vitest";
import { driver, repository } from "./world.ts";

const FILES: Readonly<Record<string, string>> = {
  plan: "plan.md",
  code: "code.txt",
  docs: "docs.txt",
  review: "review.md",
};
const RATES = { input: 1.1, output: 7.3 };

export interface Served {
  readonly input: number;
  readonly output: number;
}

/** A model that does what each node asks, in two turns, and counts differently each time. */
/** `show`: what each writes into its file, in place of its name. */
export async function model(show?: string): Promise<{ mock: LLMock; served: Served[] }> {
  const mock = new LLMock({ port: 0 });
  const served: Served[] = [];
  mock.on({ predicate: () => true }, (request) => {
    const messages = request.messages as { role: string; content: unknown }[];
    const text = JSON.stringify(messages.filter(({ role }) => role === "user"));
    const node = /NODE-(\w+)/.exec(text)?.[1] ?? "nobody";
    const done = messages.some(({ role }) => role === "tool");
    const used = { input: 1000 + 37 * served.length, output: 10 + 3 * served.length };
    served.push(used);
    const usage = {
      prompt_tokens: used.input,
      completion_tokens: used.output,
      total_tokens: used.input + used.output,
      input_tokens: used.input,
      output_tokens: used.output,
      promptTokenCount: used.input,
      candidatesTokenCount: used.output,
      totalTokenCount: used.input + used.output,
    };
    if (done) return { content: `${node} is done`, usage };
    const command = `${show ?? `echo by-${node}`} > ${FILES[node] ?? `${node}.txt`}; echo '{"status":"success"}' > "$ATTRACTOR_STATUS_PATH"`;
    return { toolCalls: [{ name: "shell", arguments: JSON.stringify({ command }) }], usage };
  });
  await mock.start();
  onTestFinished(() => mock.stop());
  return { mock, served };
}

export const configOf = (protocol: string, baseUrl: string, model: string, more = "") => `version: 1
llm:
  providers:
    ours:
      backend: api
      failover: []
      api: { protocol: ${protocol}, base_url: "${baseUrl}", api_key_env: OURS_API_KEY }
      models: { ${model}: { input: ${RATES.input}, output: ${RATES.output} } }
  force_models: { ours: ${model} }
${more}`;

export async function run(source: string, config: string) {
  const repo = repository({ "g.dot": source, "c.yml": config });
  process.env.OURS_API_KEY = "sk-test-not-a-real-key-000";
  const child = driver(repo, "run", "g.dot", "--config", "c.yml", "--run-id", "r");
  const { code } = await child.ended;
  return { code, text: child.text(), root: join(repo, ".attractor/runs/r"), repo };
}

export const costOf = (served: readonly Served[]): number =>
  served.reduce(
    (sum, { input, output }) =>
      sum + Number(((input * RATES.input + output * RATES.output) / 1e6).toFixed(12)),
    0,
  );
