/**
 * The raw body of a webhook, up to GitHub's own limit: the signature is over these bytes and no others. Nobody knows yet who
 * speaks, so the bytes that are held, the bodies that are read and the time they may take are bounded (R-SEC-5).
 */
import type { IncomingMessage, ServerResponse } from "node:http";

/** GitHub sends no more than 25 MB. */
export const MOST_BYTES = 25 * 1024 * 1024;

/** Nearly all of GitHub's are far smaller: large ones wait in a line of their own, and keep no place from small ones. */
const SMALL_BYTES = 1024 * 1024;
const MOST_SMALL = 64;
const MOST_LARGE = 2;
/** GitHub gives up after ten seconds. */
const WITHIN_MS = 10_000;

/** Whoever does not take the answer is closed after that. */
const LINGER_MS = 1000;

export interface Bodies {
  /** null: it was refused and answered, or its sender is gone. */
  read(request: IncomingMessage, response: ServerResponse): Promise<string | null>;
}

export function bodies(withinMs = WITHIN_MS): Bodies {
  const reading = { small: 0, large: 0 };
  return {
    async read(request, response) {
      const length = Number(request.headers["content-length"] ?? Number.NaN);
      if (!Number.isSafeInteger(length)) return refuse(request, response, 411, "say how long the body is");
      if (length > MOST_BYTES) return refuse(request, response, 413, "too large");
      const line = length <= SMALL_BYTES ? "small" : "large";
      if (reading[line] >= (line === "small" ? MOST_SMALL : MOST_LARGE))
        return refuse(request, response, 503, "too many at once", { "retry-after": "5" });
      reading[line]++;
      const late = setTimeout(() => request.destroy(), withinMs);
      try {
        return await textOf(request);
      } catch {
        // Whoever stops sending is told nothing, and nobody is told of it.
        return null;
      } finally {
        clearTimeout(late);
        reading[line]--;
      }
    },
  };
}

async function textOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
  return Buffer.concat(chunks).toString("utf8");
}

/** Answered at once; what is still on its way is not read. */
export function refuse(
  request: IncomingMessage,
  response: ServerResponse,
  status: number,
  why: string,
  headers: Readonly<Record<string, string>> = {},
): null {
  response.writeHead(status, { ...headers, connection: "close" }).end(`${why}\n`);
  setTimeout(() => request.destroy(), LINGER_MS).unref();
  return null;
}
