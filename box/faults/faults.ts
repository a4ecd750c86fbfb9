/** What can be told to go wrong. Everything random comes from the box's seed. */
import type { GitFault, GitRequest } from "../git-http.ts";
import type { OperationId } from "../openapi/selection.ts";

type FaultKind =
  /** A 502 and nothing done. */
  | "error-before"
  /** A 502, but it was done. */
  | "error-after"
  /** The connection ends before anything is done. */
  | "drop-before"
  /** It was done; the connection ends before the answer. */
  | "drop-after"
  | "secondary-limit"
  /** 401, as with a token that just expired. */
  | "bad-credentials";

export interface FaultRule {
  readonly kind: FaultKind;
  readonly on: OperationId | readonly OperationId[] | "reads" | "writes";
  /** Matching requests that pass first: 2 hits the third. */
  readonly skip?: number;
  /** How many are hit; 1 unless told. */
  readonly times?: number;
  /** How likely a matching request is hit; 1 unless told. */
  readonly chance?: number;
  readonly retryAfterSeconds?: number;
}

interface WebhookFaults {
  /** Chances between 0 and 1. */
  lose: number;
  duplicate: number;
  /** Holds a delivery back until the next one has gone. */
  reorder: number;
  /** Real milliseconds; a receiver has ten seconds. */
  answerWithinMs: number;
  /** Box milliseconds, drawn between both. */
  delayMs: readonly [number, number];
}

interface ScheduleFaults {
  /** How likely a due run is dropped: GitHub does so when it is busy. */
  skip: number;
  /** Box milliseconds that a run comes late, drawn between both. */
  delayMs: readonly [number, number];
}

export interface Faults {
  /** Returns how to take the rule back. */
  add(rule: FaultRule): () => void;
  readonly webhooks: WebhookFaults;
  readonly schedules: ScheduleFaults;
  /** Pushes that a repository takes in a minute of box time before git is told to slow down. GitHub recommends at most 6. */
  pushesPerMinute: number;
  /** Asked for every request of git over HTTP. */
  git: (request: GitRequest) => GitFault | null;
  /** For how long after a ref moved the API still shows where it was, and lists do not show new runs. */
  staleReadsMs: number;
}

interface Armed {
  readonly rule: FaultRule;
  seen: number;
  hit: number;
}

export function createFaults(random: () => number) {
  const armed = new Set<Armed>();
  const faults: Faults = {
    add(rule) {
      const one = { rule, seen: 0, hit: 0 };
      armed.add(one);
      return () => {
        armed.delete(one);
      };
    },
    webhooks: { lose: 0, duplicate: 0, reorder: 0, delayMs: [0, 0], answerWithinMs: 10_000 },
    schedules: { skip: 0, delayMs: [0, 0] },
    pushesPerMinute: Number.POSITIVE_INFINITY,
    git: () => null,
    staleReadsMs: 0,
  };
  /** The fault that this request meets, if any. */
  const meet = (op: OperationId, method: string): FaultRule | undefined => {
    for (const one of armed) {
      if (!matches(one.rule, op, method)) continue;
      one.seen += 1;
      if (one.seen <= (one.rule.skip ?? 0) || random() >= (one.rule.chance ?? 1)) continue;
      one.hit += 1;
      if (one.hit >= (one.rule.times ?? 1)) armed.delete(one);
      return one.rule;
    }
    return undefined;
  };
  return { faults, meet };
}

function matches({ on }: FaultRule, op: OperationId, method: string): boolean {
  if (on === "reads") return method === "GET";
  if (on === "writes") return method !== "GET";
  return typeof on === "string" ? on === op : on.includes(op);
}
