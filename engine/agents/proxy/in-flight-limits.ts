/** What a stage may have under way at once: it cannot fill the driver's memory, nor keep it busy for itself. */
import type { IncomingMessage } from "node:http";

export interface ProxyBounds {
  /** Of one request. */
  readonly bodyBytes: number;
  /** Of all that are under way. */
  readonly heldBytes: number;
  readonly atOnce: number;
}

/** An agent asks a few at a time; more ask again. */
export const BOUNDS: ProxyBounds = {
  bodyBytes: 64 * 1024 * 1024,
  heldBytes: 128 * 1024 * 1024,
  atOnce: 32,
};

export interface Refused {
  readonly status: 413 | 429;
  readonly message: string;
}

export function openRoom({ bodyBytes, heldBytes, atOnce }: ProxyBounds) {
  let working = 0;
  let held = 0;
  return {
    /** The request's body as long as `use` goes on; a refusal where there is no room for it. */
    async within(request: IncomingMessage, use: (body: Buffer) => Promise<void>): Promise<Refused | null> {
      if (working >= atOnce)
        return { status: 429, message: `a stage may ask ${atOnce} times at once; ask again` };
      working++;
      const parts: Buffer[] = [];
      let bytes = 0;
      try {
        for await (const part of request as AsyncIterable<Buffer>) {
          bytes += part.length;
          held += part.length;
          if (bytes > bodyBytes) return { status: 413, message: `a request may hold ${bodyBytes} bytes` };
          if (held > heldBytes)
            return {
              status: 429,
              message: `a stage's requests may hold ${heldBytes} bytes together; ask again`,
            };
          parts.push(part);
        }
        await use(Buffer.concat(parts));
        return null;
      } finally {
        working--;
        held -= bytes;
      }
    },
  };
}
