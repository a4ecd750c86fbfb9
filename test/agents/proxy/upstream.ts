/** A provider on loopback that answers what it is told to, and remembers what it was asked. */
import { createServer, type IncomingHttpHeaders } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { onTestFinished } from "vitest";

export interface Asked {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

export interface Answer {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly chunks: readonly (string | Buffer)[];
  /** Between two chunks. */
  readonly everyMs?: number;
  /** Never ends. */
  readonly hang?: boolean;
}

export interface Provider {
  readonly url: string;
  readonly asked: Asked[];
}

export async function provider(answer: (asked: Asked) => Answer): Promise<Provider> {
  const asked: Asked[] = [];
  const server = createServer(async (request, response) => {
    let body = "";
    for await (const part of request) body += part;
    const { method = "", url = "", headers } = request;
    asked.push({ method, url, headers, body });
    const { status = 200, headers: more = {}, chunks, everyMs = 0, hang = false } = answer(asked.at(-1)!);
    response.writeHead(status, { "content-type": "text/event-stream", ...more });
    for (const chunk of chunks) {
      response.write(chunk);
      if (everyMs > 0) await sleep(everyMs);
    }
    if (!hang) response.end();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked };
}

const sse = (...events: object[]): string[] => events.map((event) => `data: ${JSON.stringify(event)}\n\n`);

/** An answer of 100 tokens in, 10 of them from a cache where the protocol counts that in, and 20 out. */
export const STREAMS = {
  anthropic_messages: sse(
    {
      type: "message_start",
      message: { model: "m-1", usage: { input_tokens: 90, cache_read_input_tokens: 10, output_tokens: 1 } },
    },
    { type: "content_block_delta", delta: { type: "text_delta", text: "héllo 🙂" } },
    { type: "message_delta", usage: { output_tokens: 20 } },
    { type: "message_stop" },
  ),
  openai_responses: sse(
    { type: "response.created", response: { model: "m-1", usage: null } },
    { type: "response.output_text.delta", delta: "héllo 🙂" },
    {
      type: "response.completed",
      response: {
        model: "m-1",
        usage: { input_tokens: 100, input_tokens_details: { cached_tokens: 10 }, output_tokens: 20 },
      },
    },
  ),
  openai_chat_completions: [
    ...sse(
      { model: "m-1", choices: [{ delta: { content: "héllo 🙂" } }] },
      {
        model: "m-1",
        choices: [],
        usage: { prompt_tokens: 100, prompt_tokens_details: { cached_tokens: 10 }, completion_tokens: 20 },
      },
    ),
    "data: [DONE]\n\n",
  ],
  google_generate_content: sse(
    { candidates: [{ content: { parts: [{ text: "héllo 🙂" }] } }], modelVersion: "m-1" },
    {
      modelVersion: "m-1",
      usageMetadata: {
        promptTokenCount: 100,
        cachedContentTokenCount: 10,
        candidatesTokenCount: 15,
        thoughtsTokenCount: 5,
      },
    },
  ),
} as const;
