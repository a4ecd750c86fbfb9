/** Pages of a list as GitHub cuts them, with the Link header that clients follow. */
import { type Answer, ok } from "./answer.ts";
import type { Call } from "./call.ts";

const LARGEST_PAGE = 100;

export function pageOf<T>(call: Call, items: readonly T[], shape: (items: readonly T[]) => unknown): Answer {
  const size = Math.min(Number(call.query.per_page ?? 30), LARGEST_PAGE);
  const page = Math.max(1, Number(call.query.page ?? 1));
  const last = Math.max(1, Math.ceil(items.length / size));
  const link = (to: number, rel: string) => {
    const query = new URLSearchParams({ ...(call.query as Record<string, string>), page: String(to) });
    return `<${call.world.urls.api}${call.path}?${query}>; rel="${rel}"`;
  };
  const links = [
    ...(page > 1 ? [link(page - 1, "prev"), link(1, "first")] : []),
    ...(page < last ? [link(page + 1, "next"), link(last, "last")] : []),
  ];
  return {
    ...ok(shape(items.slice((page - 1) * size, page * size))),
    headers: links.length > 0 ? { link: links.join(", ") } : {},
  };
}
