/** Somebody who receives an app's webhooks and can be slow, rude or down. */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { onTestFinished } from "vitest";

interface Received {
  readonly headers: Record<string, string>;
  readonly body: string;
  readonly name: string;
}

export interface Inbox {
  readonly url: string;
  readonly received: Received[];
  /** `event.action` of each, in order. */
  names(): string[];
  status: number;
  /** How long it takes to answer. */
  slowMs: number;
}

export async function inbox(): Promise<Inbox> {
  const received: Received[] = [];
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const body = Buffer.concat(chunks).toString();
    const headers = request.headers as Record<string, string>;
    const { action } = JSON.parse(body) as { action?: string };
    received.push({ headers, body, name: [headers["x-github-event"], action].filter(Boolean).join(".") });
    setTimeout(() => response.writeHead(self.status).end("thanks"), self.slowMs).unref();
  });
  await new Promise<void>((ready) => server.listen(0, "127.0.0.1", ready));
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  const self: Inbox = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`,
    received,
    names: () => received.map(({ name }) => name),
    status: 200,
    slowMs: 0,
  };
  return self;
}
