/** Tells open pages that something changed; many changes at once are told once. */
import type { ServerResponse } from "node:http";
import type { Box } from "../../box/box.ts";

const GATHER_MS = 250;
/** Logs and steps change without an event. */
const EVERY_MS = 1500;

export interface Ticker {
  join(response: ServerResponse): void;
  tick(): void;
  follow(box: Box): void;
  close(): void;
}

export function createTicker(): Ticker {
  const pages = new Set<ServerResponse>();
  let pending: NodeJS.Timeout | undefined;
  let steady: NodeJS.Timeout | undefined;
  let unfollow = (): void => undefined;

  const tick = (): void => {
    pending ??= setTimeout(() => {
      pending = undefined;
      for (const page of pages) page.write("event: changed\ndata: {}\n\n");
    }, GATHER_MS);
  };
  return {
    tick,
    join(response) {
      response.writeHead(200, { "content-type": "text/event-stream", "cache-control": "no-store" });
      response.write("retry: 1000\n\n");
      pages.add(response);
      response.on("close", () => pages.delete(response));
    },
    follow(box) {
      unfollow = box.onEvent(tick);
      const running = (): boolean =>
        [...box.world.repositories.values()].some((repository) =>
          [...repository.runs.values()].some((run) => run.attempts.at(-1)?.status !== "completed"),
        );
      steady = setInterval(() => running() && tick(), EVERY_MS).unref();
    },
    close() {
      clearTimeout(pending);
      clearInterval(steady);
      unfollow();
      for (const page of pages) page.end();
    },
  };
}
