/** A model server whose every call is as large as can be, and the configuration that goes to it. */
import { LLMock } from "@copilotkit/aimock";
import { onTestFinished } from "vitest";

const CONTEXT = 20_000;
const MOST_OUT = 900;

/** Fails what it is asked, in other words each time, and says that every call was as large as can be. */
export async function greedy(fails: (node: string, nth: number) => boolean): Promise<LLMock> {
  const mock = new LLMock({ port: 0 });
  const asked = new Map<string, number>();
  mock.on({ predicate: () => true }, (request) => {
    const messages = request.messages as { role: string; content: unknown }[];
    const node = /NODE-(\w+)/.exec(JSON.stringify(messages))?.[1] ?? "nobody";
    const usage = {
      ...{ prompt_tokens: CONTEXT, completion_tokens: MOST_OUT, total_tokens: CONTEXT + MOST_OUT },
      ...{ input_tokens: CONTEXT, output_tokens: MOST_OUT },
    };
    if (messages.some(({ role }) => role === "tool")) return { content: `${node} is done`, usage };
    const nth = (asked.get(node) ?? 0) + 1;
    asked.set(node, nth);
    const status = fails(node, nth)
      ? { status: "fail", failure_reason: `word${"x".repeat(nth)} of ${node} is missing` }
      : { status: "success" };
    const command = `echo '${JSON.stringify(status)}' > "$ATTRACTOR_STATUS_PATH"`;
    return { toolCalls: [{ name: "shell", arguments: JSON.stringify({ command }) }], usage };
  });
  await mock.start();
  onTestFinished(() => mock.stop());
  return mock;
}

export const configOf = ({ url }: LLMock, more = "") => `version: 1
llm:
  providers:
    ours:
      backend: api
      failover: []
      api: { protocol: anthropic_messages, base_url: "${url}/v1", api_key_env: OURS_API_KEY }
      models: { m: { input: 3, output: 15, cache_write: 3.75, context: ${CONTEXT}, max_output: ${MOST_OUT} } }
runtime_policy: { max_llm_retries: 0 }
${more}`;
