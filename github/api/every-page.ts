/** All pages of a list. */
import type { AnyOctokit } from "./rate-limit.ts";

/** What an installation may hold is bounded by GitHub, far below this. */
const MOST_PAGES = 200;

export async function everyPage<T>(
  octokit: AnyOctokit,
  route: string,
  schema: { parse(data: unknown): readonly T[] },
): Promise<T[]> {
  const all: T[] = [];
  for (let page = 1; page <= MOST_PAGES; page++) {
    const { data } = await octokit.request(route, { per_page: 100, page });
    const items = schema.parse(data);
    all.push(...items);
    if (items.length < 100) break;
  }
  return all;
}
