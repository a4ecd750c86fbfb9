import { once } from "node:events";
import { createServer, type IncomingMessage, request, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, it, onTestFinished } from "vitest";
import { proxied } from "./proxied.ts";
import { STREAMS } from "./upstream.ts";

const [BEGINS = "", ...REST] = STREAMS.anthropic_messages;

/** A provider that does what it likes with the connection, and its answer as a client gets it. */
async function answered(answer: (response: ServerResponse) => void) {
  const server = createServer((asked, response) => {
    asked.resume().once("end", () => {
      response.writeHead(200, { "content-type": "text/event-stream" });
      answer(response);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const { proxy } = await proxied("anthropic_messages", { url, asked: [] });
  const got = await new Promise<IncomingMessage>((resolve, reject) => {
    request(`${proxy.url}/v1/messages`, { method: "POST", headers: { "x-api-key": proxy.token } }, resolve)
      .once("error", reject)
      .end("{}");
  });
  return { proxy, got };
}

it("R-AGENT-16: pieces that come together go on together, and nothing of them is changed", async () => {
  const pieces = [BEGINS, ...Array.from({ length: 500 }, (_, n) => `data: {"nth":${n}}\n\n`), ...REST];
  const { proxy, got } = await answered((response) => {
    for (const piece of pieces) response.write(piece);
    response.end();
  });
  const chunks: Buffer[] = [];
  got.on("data", (chunk: Buffer) => chunks.push(chunk));
  await once(got, "end");
  expect(Buffer.concat(chunks).toString()).toBe(pieces.join(""));
  expect(chunks.length).toBeLessThan(100);
  expect(proxy.usage()).toMatchObject([{ input_tokens: 90, output_tokens: 20 }]);
});

it("R-AGENT-16: who reads slowly holds the provider back, and gets all of it", async () => {
  const piece = Buffer.alloc(256 * 1024, ".");
  const pieces = 400;
  let written = 0;
  const { got } = await answered((response) => {
    const more = (): void => {
      while (written < pieces) {
        written++;
        if (!response.write(piece)) return;
      }
      response.off("drain", more);
      response.end();
    };
    response.on("drain", more);
    more();
  });
  got.pause();
  let before = -1;
  await expect
    .poll(
      () => {
        const still = written === before;
        before = written;
        return still;
      },
      { interval: 100 },
    )
    .toBe(true);
  expect(written).toBeLessThan(pieces / 2);
  let bytes = 0;
  for await (const chunk of got as AsyncIterable<Buffer>) bytes += chunk.length;
  expect(bytes).toBe(pieces * piece.length);
});

it("R-AGENT-16: an answer that breaks off breaks off for the stage too, and has cost what it told", async () => {
  const { proxy, got } = await answered((response) => {
    response.write(BEGINS, () => response.destroy());
  });
  const whole = async () => {
    for await (const _ of got);
  };
  await expect(whole()).rejects.toThrow(/aborted/);
  await expect.poll(() => proxy.usage()).toMatchObject([{ input_tokens: 90, cost_usd: 101 }]);
});
