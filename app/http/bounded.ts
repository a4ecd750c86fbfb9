/** The raw body of a webhook, up to GitHub's own limit: the signature is over these bytes and no others. */
import type { IncomingMessage, ServerResponse } from "node:http";

/** GitHub sends no more than 25 MB. */
export const MOST_BYTES = 25 * 1024 * 1024;

/** A connection closed under a sender takes the answer with it: so long it may go on sending, unheard. */
const LINGER_MS = 1000;

/** null: it was refused and answered. */
export async function bounded(request: IncomingMessage, response: ServerResponse): Promise<string | null> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > MOST_BYTES) {
      response.writeHead(413).end("too large\n");
      request.resume();
      setTimeout(() => request.destroy(), LINGER_MS).unref();
      return null;
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}
