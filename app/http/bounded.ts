/** The raw body of a webhook, up to GitHub's own limit: the signature is over these bytes and no others. */
import type { IncomingMessage, ServerResponse } from "node:http";

/** GitHub sends no more than 25 MB. */
const MOST_BYTES = 25 * 1024 * 1024;

/** null: it was refused and answered. */
export async function bounded(request: IncomingMessage, response: ServerResponse): Promise<string | null> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > MOST_BYTES) {
      response.writeHead(413, { connection: "close" }).end("too large\n");
      request.destroy();
      return null;
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}
