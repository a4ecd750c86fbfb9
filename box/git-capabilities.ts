/**
 * What a server can do is the first thing that a client of git's protocol 2 asks, before each fetch. No push changes it, so
 * git is asked once for each repository: two processes fewer for each fetch.
 */
import type { ServerResponse } from "node:http";
import type { Readable } from "node:stream";

interface Answer {
  readonly headers: Record<string, string>;
  readonly body: Buffer;
}

const MOST = 1_000;

export interface Capabilities {
  /** False: git must be asked. */
  serve(key: string, response: ServerResponse): boolean;
  keep(key: string, headers: Record<string, string>, body: Readable): void;
}

/** Null: the answer tells of the repository's refs, or of nothing that stays. */
export function capabilitiesKey(
  asked: { readonly repo: string; readonly access: string; readonly phase: string },
  protocol: string,
): string | null {
  const isStatic = asked.phase === "advertise" && asked.access === "read" && protocol === "version=2";
  return isStatic ? asked.repo : null;
}

export function capabilities(): Capabilities {
  const answers = new Map<string, Answer>();
  return {
    serve(key, response) {
      const known = answers.get(key);
      if (known === undefined) return false;
      response.writeHead(200, known.headers).end(known.body);
      return true;
    },
    keep(key, headers, body) {
      const chunks: Buffer[] = [];
      body.on("data", (chunk: Buffer) => chunks.push(chunk));
      body.on("end", () => {
        if (answers.size < MOST) answers.set(key, { headers, body: Buffer.concat(chunks) });
      });
    },
  };
}
