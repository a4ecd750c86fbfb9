/** Where the rest is. */
import { escapeCell } from "../escape.ts";
import type { ReportModel } from "../model.ts";
import { type Forms, safeUrl } from "./shared.ts";

export function links({ links: rows }: ReportModel): Forms {
  const safe = rows.filter(({ url }) => safeUrl(url));
  return [safe.map(({ title, url }) => `[${escapeCell(title)}](<${url}>)`).join(" · ")];
}
