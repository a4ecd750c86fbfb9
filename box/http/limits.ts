/** Primary and secondary rate limits with GitHub's numbers, headers and words, counted in box time. */
import type { Principal } from "../auth/principal.ts";
import type { Clock } from "../clock.ts";
import type { OperationId } from "../openapi/selection.ts";
import { Refusal } from "./answer.ts";

export interface Limits {
  /** Requests an hour. */
  readonly user: number;
  readonly installation: number;
  readonly job: number;
  readonly anonymous: number;
  /** A read costs 1, a write 5. */
  readonly pointsPerMinute: number;
  readonly contentPerMinute: number;
  readonly contentPerHour: number;
}

export const GITHUB_LIMITS: Limits = {
  user: 5000,
  installation: 5000,
  job: 1000,
  anonymous: 60,
  pointsPerMinute: 900,
  contentPerMinute: 80,
  contentPerHour: 500,
};

/** What notifies people or starts work. */
const CONTENT: ReadonlySet<OperationId> = new Set<OperationId>([
  "actions/create-workflow-dispatch",
  "checks/create",
  "issues/create-comment",
  "pulls/create",
  "reactions/create-for-issue",
  "reactions/create-for-issue-comment",
  "repos/create-dispatch-event",
]);

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

interface Window {
  startedAt: number;
  used: number;
}

export interface Limiter {
  /** Counts the request and returns the headers that every answer carries, or throws GitHub's refusal. */
  admit(principal: Principal, op: OperationId, method: string): Record<string, string>;
}

export function createLimiter(clock: Clock, limits: Limits): Limiter {
  const windows = new Map<string, Window>();
  const use = (key: string, lengthMs: number, cost: number): Window => {
    const now = clock.now();
    const open = windows.get(key);
    const window = open !== undefined && now < open.startedAt + lengthMs ? open : { startedAt: now, used: 0 };
    window.used += cost;
    windows.set(key, window);
    return window;
  };

  return {
    admit(principal, op, method) {
      const who = callerKey(principal);
      const limit = principal.kind === "app" ? limits.installation : limits[principal.kind];
      const primary = use(`${who} hour`, HOUR, 1);
      const headers = {
        "x-ratelimit-limit": String(limit),
        "x-ratelimit-remaining": String(Math.max(0, limit - primary.used)),
        "x-ratelimit-used": String(Math.min(limit, primary.used)),
        "x-ratelimit-reset": String(Math.ceil((primary.startedAt + HOUR) / 1000)),
        "x-ratelimit-resource": "core",
      };
      if (primary.used > limit) {
        throw new Refusal(403, `API rate limit exceeded for ${who}.`, { headers });
      }
      const over =
        use(`${who} points`, MINUTE, method === "GET" ? 1 : 5).used > limits.pointsPerMinute ||
        (CONTENT.has(op) &&
          (use(`${who} content`, MINUTE, 1).used > limits.contentPerMinute ||
            use(`${who} content hour`, HOUR, 1).used > limits.contentPerHour));
      if (over) throw secondaryLimit(60, headers);
      return headers;
    },
  };
}

export function secondaryLimit(retryAfterSeconds: number, headers: Record<string, string> = {}): Refusal {
  return new Refusal(
    403,
    "You have exceeded a secondary rate limit. Please wait a few minutes before you try again.",
    { headers: { ...headers, "retry-after": String(retryAfterSeconds) } },
  );
}

/** Names a caller in limits and in the log. */
export function callerKey(principal: Principal): string {
  switch (principal.kind) {
    case "anonymous":
      return "anonymous";
    case "user":
      return `user ID ${principal.user.id}`;
    case "app":
      return `app ID ${principal.app.id}`;
    case "installation":
      return `installation ID ${principal.installation.id}`;
    case "job":
      return `GITHUB_TOKEN of ${principal.repository.fullName}`;
  }
}
