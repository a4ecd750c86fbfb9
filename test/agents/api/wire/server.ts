/** A model on loopback that answers with exactly the bytes it is told to, in small odd pieces, and keeps every request. */
import { createServer, type IncomingHttpHeaders } from "node:http";
import type { AddressInfo } from "node:net";

export interface Received {
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  // biome-ignore lint/suspicious/noExplicitAny: bodies of four protocols, looked at field by field
  readonly body: any;
}

export type Reply =
  | { readonly kind: "stream"; readonly text: string; readonly end: "close" | "cut" | "hang" }
  | {
      readonly kind: "status";
      readonly status: number;
      readonly headers?: Record<string, string>;
      readonly body: unknown;
    }
  | { readonly kind: "reset" };

export const stream = (text: string, end: "close" | "cut" | "hang" = "close"): Reply => ({
  kind: "stream",
  text,
  end,
});
export const status = (code: number, body: unknown, headers: Record<string, string> = {}): Reply => ({
  kind: "status",
  status: code,
  headers,
  body,
});

export interface ByteServer {
  readonly url: string;
  readonly received: readonly Received[];
  close(): void;
}

const PIECES = [1, 13, 64, 3, 211, 9, 2];

/** The last reply serves all further requests. */
export async function byteServer(
  replies: readonly Reply[] | ((request: Received, nth: number) => Reply),
): Promise<ByteServer> {
  const received: Received[] = [];
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const body = JSON.parse(Buffer.concat(chunks).toString() || "null");
    const kept = { url: request.url ?? "", headers: request.headers, body };
    received.push(kept);
    const nth = received.length - 1;
    const reply =
      typeof replies === "function" ? replies(kept, nth) : replies[Math.min(nth, replies.length - 1)]!;
    if (reply.kind === "reset") return void request.socket.destroy();
    if (reply.kind === "status") {
      response.writeHead(reply.status, { "content-type": "application/json", ...reply.headers });
      return void response.end(typeof reply.body === "string" ? reply.body : JSON.stringify(reply.body));
    }
    response.writeHead(200, { "content-type": "text/event-stream" });
    const bytes = Buffer.from(reply.text);
    for (let at = 0, piece = 0; at < bytes.length; piece++) {
      const size = PIECES[piece % PIECES.length]!;
      response.write(bytes.subarray(at, at + size));
      at += size;
      if (piece % 5 === 0) await new Promise(setImmediate);
    }
    if (reply.end === "close") response.end();
    if (reply.end === "cut") setImmediate(() => response.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    received,
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
}

/** A text in pieces that fall inside strings, escapes and characters of several units. */
export function pieces(text: string): string[] {
  const out: string[] = [];
  const signs = [...text];
  for (let at = 0, nth = 0; at < signs.length; nth++) {
    const size = 1 + ((nth * 7) % 11);
    out.push(signs.slice(at, at + size).join(""));
    at += size;
  }
  return out;
}
