/** How authors spell the statuses: one reading for conditions, status files and lint. */
import type { KnownStatus } from "../core/outcome.ts";

const SPELLINGS = new Map<string, KnownStatus>([
  ["success", "success"],
  ["ok", "success"],
  ["partial_success", "partial_success"],
  ["degraded_success", "partial_success"],
  ["degraded-success", "partial_success"],
  ["retry", "retry"],
  ["fail", "fail"],
  ["failure", "fail"],
  ["error", "fail"],
  ["skipped", "skipped"],
  ["skip", "skipped"],
]);

/** The canonical spelling: aliases resolved, custom values trimmed and lower-cased. */
export function canonicalStatus(text: string): string {
  const spelling = text.trim().toLowerCase();
  return SPELLINGS.get(spelling) ?? spelling;
}
