/** Server-sent events: one look at a run serves all who watch it, and nobody watching costs nothing. */
import type { IncomingMessage } from "node:http";

export interface Look {
  readonly seq: number;
  readonly ended: boolean;
  /** The page's content; made once for all watchers, and only when the run moved. */
  readonly html: () => Promise<string>;
}

export interface StreamsOptions {
  readonly everyMs: number;
  readonly look: (repository: string, runId: string) => Promise<Look | null>;
}

/** What a watcher's connection needs to have. */
export interface Watcher {
  readonly writableLength: number;
  writeHead(status: number, headers: Readonly<Record<string, string>>): { end(): unknown };
  write(text: string): boolean;
  end(): unknown;
  destroy(): unknown;
  on(event: "close", then: () => void): unknown;
}

export interface Streams {
  join(
    repository: string,
    runId: string,
    request: Pick<IncomingMessage, "headers">,
    response: Watcher,
    headers: Readonly<Record<string, string>>,
  ): void;
  close(): void;
}

interface Watched {
  readonly watchers: Map<Watcher, number>;
  timer: NodeJS.Timeout | undefined;
}

const MOST_WATCHERS = 200;
/** What one watcher may leave unread; who reads slower is let go, and comes again by itself. */
const MOST_UNREAD = 4 * 1024 * 1024;

export function createStreams({ everyMs, look }: StreamsOptions): Streams {
  const runs = new Map<string, Watched>();
  let closed = false;

  async function turn(key: string, repository: string, runId: string, watched: Watched): Promise<void> {
    let ended = false;
    try {
      const found = await look(repository, runId);
      ended = found === null || found.ended;
      const late = found ? [...watched.watchers].filter(([, seq]) => seq < found.seq) : [];
      if (found && late.length > 0) {
        const data = JSON.stringify({ html: await found.html() });
        for (const [response] of late) {
          if (response.writableLength > MOST_UNREAD) {
            response.destroy();
            continue;
          }
          response.write(`id: ${found.seq}\nevent: page\ndata: ${data}\n\n`);
          watched.watchers.set(response, found.seq);
        }
      }
      for (const response of watched.watchers.keys())
        response.write(ended ? "event: end\ndata: {}\n\n" : ": alive\n\n");
    } catch {
      // GitHub did not answer; the page stays as it is, and the next look tells.
    }
    if (ended) {
      for (const response of watched.watchers.keys()) response.end();
    }
    if (ended || watched.watchers.size === 0 || closed) runs.delete(key);
    else watched.timer = setTimeout(() => void turn(key, repository, runId, watched), everyMs);
  }

  /** All places are taken: whoever holds the most gives one up, for one who has fewer. */
  function makeRoom(key: string): boolean {
    const [most] = [...runs.values()].sort((a, b) => b.watchers.size - a.watchers.size);
    if (!most || most.watchers.size <= (runs.get(key)?.watchers.size ?? 0) + 1) return false;
    const [oldest] = most.watchers.keys();
    if (!oldest) return false;
    most.watchers.delete(oldest);
    oldest.end();
    return true;
  }

  return {
    join(repository, runId, request, response, headers) {
      const key = `${repository} ${runId}`.toLowerCase();
      const all = [...runs.values()].reduce((sum, each) => sum + each.watchers.size, 0);
      if (closed || (all >= MOST_WATCHERS && !makeRoom(key))) {
        response.writeHead(503, { ...headers, "retry-after": "60" }).end();
        return;
      }
      response.writeHead(200, { ...headers, "content-type": "text/event-stream", "x-accel-buffering": "no" });
      response.write("retry: 5000\n\n");
      const known = runs.get(key);
      const watched: Watched = known ?? { watchers: new Map(), timer: undefined };
      watched.watchers.set(response, Number(request.headers["last-event-id"] ?? 0) || 0);
      response.on("close", () => watched.watchers.delete(response));
      if (known) return;
      runs.set(key, watched);
      void turn(key, repository, runId, watched);
    },
    close() {
      closed = true;
      for (const { watchers, timer } of runs.values()) {
        clearTimeout(timer);
        for (const response of watchers.keys()) response.end();
      }
      runs.clear();
    },
  };
}
