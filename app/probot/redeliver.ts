/** What was sent while nobody listened: GitHub never sends it again by itself, but does when asked, for three days. */
import { z } from "zod";
import type { AnyOctokit } from "../github/patient.ts";

const Deliveries = z.array(
  z.object({ id: z.number(), guid: z.string(), status_code: z.number(), event: z.string() }),
);
const MOST_PAGES = 10;
const MOST = 200;

/** Asks for every delivery that was never answered well; returns how many. */
export async function redeliverFailed(app: AnyOctokit): Promise<number> {
  const failed = new Map<string, number>();
  const good = new Set<string>();
  let cursor: string | undefined;
  for (let page = 0; page < MOST_PAGES; page++) {
    const answer = await app.request("GET /app/hook/deliveries", {
      per_page: 100,
      ...(cursor === undefined ? {} : { cursor }),
    });
    for (const { id, guid, status_code } of Deliveries.parse(answer.data)) {
      if (status_code >= 200 && status_code < 400) good.add(guid);
      else if (!failed.has(guid)) failed.set(guid, id);
    }
    const { link } = (answer as { headers?: { link?: string } }).headers ?? {};
    cursor = /[?&]cursor=([^&>]+)[^>]*>;\s*rel="next"/.exec(link ?? "")?.[1];
    if (cursor === undefined) break;
  }
  // The oldest first, as they happened.
  const again = [...failed]
    .filter(([guid]) => !good.has(guid))
    .slice(0, MOST)
    .reverse();
  for (const [, id] of again) {
    await app.request("POST /app/hook/deliveries/{delivery_id}/attempts", { delivery_id: id });
  }
  return again.length;
}
