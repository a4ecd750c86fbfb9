/**
 * What was sent while nobody listened, or could not be written down: GitHub never sends it again by itself, but does when
 * asked, for three days.
 */
import { z } from "zod";
import type { AnyOctokit } from "../../github/api/rate-limit.ts";
import { sweepBackoff } from "../../github/sweep-backoff.ts";

const Deliveries = z.array(
  z.object({ id: z.number(), guid: z.string(), status_code: z.number(), delivered_at: z.string() }),
);
/** One that is still on its way is listed when it is over, below those that began after it. */
const ON_ITS_WAY_MS = 120_000;
const MOST_PAGES = 10;
const MOST = 200;
const MOST_SWEEPS = 4;

export interface Redelivery {
  /** Asks for every delivery that was never answered well; returns how many. */
  askAgain(): Promise<number>;
}

export function redelivery(app: AnyOctokit): Redelivery {
  /** Nothing new is listed up to there. */
  let seen = 0;
  /** Deliveries to the attempt of each that failed last. */
  const failed = new Map<string, number>();
  const again = sweepBackoff(MOST_SWEEPS);

  async function look(): Promise<void> {
    const good = new Set<string>();
    const bad = new Map<string, number>();
    const all: { readonly id: number; readonly at: number }[] = [];
    let cursor: string | undefined;
    for (let page = 0; page < MOST_PAGES; page++) {
      const answer = await app.request("GET /app/hook/deliveries", {
        per_page: 100,
        ...(cursor === undefined ? {} : { cursor }),
      });
      const deliveries = Deliveries.parse(answer.data);
      for (const { id, guid, status_code, delivered_at } of deliveries.filter((one) => one.id > seen)) {
        all.push({ id, at: Date.parse(delivered_at) });
        if (status_code >= 200 && status_code < 400) good.add(guid);
        else if (!bad.has(guid)) bad.set(guid, id);
      }
      const { link } = (answer as { headers?: { link?: string } }).headers ?? {};
      cursor = /[?&]cursor=([^&>]+)[^>]*>;\s*rel="next"/.exec(link ?? "")?.[1];
      if (cursor === undefined || (deliveries.at(-1)?.id ?? 0) <= seen) break;
    }
    for (const [guid, id] of bad) failed.set(guid, id);
    for (const guid of good) {
      failed.delete(guid);
      again.succeeded(guid);
    }
    const over = Math.max(...all.map(({ at }) => at)) - ON_ITS_WAY_MS;
    seen = Math.max(seen, ...all.filter(({ at }) => at < over).map(({ id }) => id));
  }

  return {
    async askAgain() {
      await look();
      // The oldest first, as they happened.
      const due = [...failed].sort(([, a], [, b]) => a - b).filter(([guid]) => again.isDue(guid));
      let asked = 0;
      for (const [guid, delivery_id] of due.slice(0, MOST)) {
        again.failed(guid);
        try {
          await app.request("POST /app/hook/deliveries/{delivery_id}/attempts", { delivery_id });
          asked++;
        } catch (error) {
          // After three days GitHub has forgotten it.
          if ((error as { status?: number }).status !== 404) throw error;
          failed.delete(guid);
        }
      }
      return asked;
    },
  };
}
