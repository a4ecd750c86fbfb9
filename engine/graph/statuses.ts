/** How authors spell the statuses: one reading for conditions, status files and lint. */
import type { KnownStatus } from "./known-statuses.ts";
import { nearestWord } from "./nearest.ts";

const SPELLINGS = new Map<string, KnownStatus>([
  ["success", "success"],
  ["ok", "success"],
  ["succeeded", "success"],
  ["partial_success", "partial_success"],
  ["degraded_success", "partial_success"],
  ["degraded-success", "partial_success"],
  ["partially_succeeded", "partial_success"],
  ["retry", "retry"],
  ["fail", "fail"],
  ["failure", "fail"],
  ["failed", "fail"],
  ["error", "fail"],
  ["skipped", "skipped"],
  ["skip", "skipped"],
]);

/** The canonical spelling: aliases resolved, custom values trimmed and lower-cased. */
export function canonicalStatus(text: string): string {
  const spelling = text.trim().toLowerCase();
  return SPELLINGS.get(spelling) ?? spelling;
}

/** Words that are no spelling of a status here and cannot have been meant as anything else. */
const MEANT = new Map<string, KnownStatus>([
  ["fails", "fail"],
  ["succeed", "success"],
  ["successful", "success"],
  ["retried", "retry"],
  ["partial", "partial_success"],
]);

/** The status that a custom outcome was probably meant to be; null for a known one and for a true custom one. */
export function nearestStatus(text: string): KnownStatus | null {
  const status = canonicalStatus(text);
  if (isStatus(status)) return null;
  const meant = MEANT.get(status);
  if (meant !== undefined) return meant;
  const near = nearestWord(status, SPELLINGS.keys());
  // Slips seldom hit the first letter, and short words have many neighbours: `mail` is not `fail`.
  return near !== null && near[0] === status[0] ? (SPELLINGS.get(near) ?? null) : null;
}

const isStatus = (status: string): boolean => SPELLINGS.get(status) === status;
