/** The statuses that the engine itself knows. */

export const KNOWN_STATUSES = ["success", "partial_success", "retry", "fail", "skipped"] as const;

export type KnownStatus = (typeof KNOWN_STATUSES)[number];

export const isKnownStatus = (status: string): status is KnownStatus =>
  (KNOWN_STATUSES as readonly string[]).includes(status);
