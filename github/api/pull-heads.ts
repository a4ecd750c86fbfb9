/** The heads of open pull requests that changed since the last question: one call, however many there are. */
import { z } from "zod";
import type { GitHub } from "./request.ts";

const Pulls = z.array(
  z.object({ number: z.number(), updated_at: z.string(), head: z.object({ sha: z.string() }) }),
);
const MOST_PAGES = 10;

export function headsOfLate(github: GitHub): () => Promise<ReadonlyMap<number, string>> {
  let before = "";
  return async () => {
    const heads = new Map<number, string>();
    let newest = before;
    for (let page = 1; page <= MOST_PAGES; page++) {
      const { data } = await github.request("GET /repos/{owner}/{repo}/pulls", {
        ...{ state: "open", sort: "updated", direction: "desc", per_page: 100, page },
      });
      const pulls = Pulls.parse(data);
      for (const { number, head } of pulls) heads.set(number, head.sha);
      if (page === 1) newest = pulls[0]?.updated_at ?? before;
      if (pulls.length < 100 || (pulls.at(-1)?.updated_at ?? "") < before) break;
    }
    before = newest;
    return heads;
  };
}
