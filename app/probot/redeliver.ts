/**
 * What was sent while nobody listened, or could not be written down: GitHub never sends it again by itself, but does when
 * asked, for three days.
 */
import { z } from "zod";
import type { AnyOctokit } from "../github/patient.ts";
import { growing } from "../growing.ts";

const Deliveries = z.array(z.object({ id: z.number(), guid: z.string(), status_code: z.number() }));
const MOST_PAGES = 10;
const MOST = 200;

export interface Redelivery {
  /** Asks for every delivery that was never answered well; returns how many. */
  askAgain(): Promise<number>;
}

export function redelivery(app: AnyOctokit): Redelivery {
  /** The newest that was seen: below it nothing new is listed. */
  let seen = 0;
  /** Deliveries to the attempt of each that failed last. */
  const failed = new Map<string, number>();
  const again = growing();

  async function look(): Promise<void> {
    const good = new Set<string>();
    const bad = new Map<string, number>();
    let newest = seen;
    let cursor: string | undefined;
    for (let page = 0; page < MOST_PAGES; page++) {
      const answer = await app.request("GET /app/hook/deliveries", {
        per_page: 100,
        ...(cursor === undefined ? {} : { cursor }),
      });
      const deliveries = Deliveries.parse(answer.data);
      for (const { id, guid, status_code } of deliveries.filter((one) => one.id > seen)) {
        newest = Math.max(newest, id);
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
    seen = newest;
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
