/** Why work failed, in the six words that decide what happens next (R-FAIL-3, R-FAIL-6). */
export const FAILURE_CLASSES = [
  "transient_infra",
  "deterministic",
  "canceled",
  "budget_exhausted",
  "compilation_loop",
  "structural",
] as const;

export type FailureClass = (typeof FAILURE_CLASSES)[number];

export interface ClassPolicy {
  readonly meaning: string;
  /** What sets it. */
  readonly setBy: string;
  /** An attempt that ended so may be retried within its visit's budget; `if_asked`: where the author wrote `retry_on`. */
  readonly retry: boolean | "if_asked";
  /** The retry-target chain may be followed after it. */
  readonly retryTarget: boolean;
  /** A `loop_restart` edge may be taken after it. */
  readonly restart: boolean;
  /** Where it counts: the cycle breaker, the restart breaker, or nowhere. */
  readonly countsFor: "cycle" | "restart" | "none";
  readonly failover: boolean;
  readonly escalation: boolean;
}

/** The one table; code, docs and tests are made from it. */
export const CLASS_POLICY: Readonly<Record<FailureClass, ClassPolicy>> = {
  transient_infra: {
    meaning: "The surroundings failed: network, rate limit, a service, a timeout, a lost runner.",
    setBy:
      "typed provider errors, HTTP 408/429/5xx, stage and tool timeouts, lost attempts, a SIGKILL that the run did not send, network errors in text",
    retry: true,
    retryTarget: true,
    restart: true,
    countsFor: "restart",
    failover: true,
    escalation: false,
  },
  deterministic: {
    meaning: "The work itself failed; the same attempt would fail again.",
    setBy: "non-zero exit codes, failed checks, a broken status contract, and whatever nothing else explains",
    retry: false,
    retryTarget: true,
    restart: false,
    countsFor: "cycle",
    failover: false,
    escalation: false,
  },
  canceled: {
    meaning: "The run itself stopped it; what says so of its own accord has failed.",
    setBy: "a signal to the driver, a cancel command, a cancelled workflow run, the early end of a join",
    retry: false,
    retryTarget: false,
    restart: false,
    countsFor: "none",
    failover: false,
    escalation: false,
  },
  budget_exhausted: {
    meaning: "A turn, token, money or time budget of the stage ran out; partial work is kept.",
    setBy: "turn limits, token and cost reservations, context length",
    retry: "if_asked",
    retryTarget: true,
    restart: false,
    countsFor: "cycle",
    failover: false,
    escalation: true,
  },
  compilation_loop: {
    meaning: "An agent kept producing work that does not build.",
    setBy:
      "a stage's own hint, and an API agent that a limit cuts short while the same compiler error came three times",
    retry: "if_asked",
    retryTarget: true,
    restart: false,
    countsFor: "cycle",
    failover: false,
    escalation: true,
  },
  structural: {
    meaning:
      "The stage left its bounds or the graph cannot work: scope violations, contract breaks of the graph.",
    setBy: "a stage's own hint, write-scope violations, routing that the graph does not cover",
    retry: false,
    retryTarget: false,
    restart: false,
    countsFor: "cycle",
    failover: false,
    escalation: false,
  },
};
