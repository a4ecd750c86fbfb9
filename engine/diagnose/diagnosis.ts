/** What `attractor diagnose` says of a run: how it stands and why, the findings, and its numbers. */
import type { NodeFacts, RunFacts } from "./facts/facts.ts";
import type { Finding } from "./finding.ts";
import { lastMs, mayGoOnWords, usd8, waits } from "./findings/words.ts";
import { findingsIn } from "./findings-of.ts";

export interface Diagnosis {
  readonly schema_version: 1;
  readonly run_id: string;
  readonly engine: "attractor" | "kilroy";
  readonly status: "success" | "fail" | "canceled" | "running" | "waiting" | "no_end";
  readonly started_at: string | null;
  readonly last_event_at: string | null;
  readonly duration_ms: number | null;
  /** Why it failed, in the run's own words; null: it did not fail, or does not say. */
  readonly cause: Cause | null;
  readonly findings: readonly Finding[];
  readonly cost: { readonly known_usd: number; readonly complete: boolean };
  /** Lines of the run's own log, by event. */
  readonly events: Readonly<Record<string, number>>;
  readonly nodes: readonly NodeNumbers[];
}

interface Cause {
  readonly reason: string;
  readonly class: string;
  readonly node: string;
}

interface NodeNumbers {
  readonly branch: string;
  readonly node: string;
  readonly executions: number;
  readonly failed: number;
  readonly last_status: string;
  readonly duration_ms: {
    readonly min: number;
    readonly median: number;
    readonly max: number;
    readonly total: number;
  } | null;
}

export function diagnose(facts: RunFacts): Diagnosis {
  const findings = findingsIn(facts);
  const trunk = facts.scopes.get("");
  const started = facts.started ?? trunk?.first ?? null;
  const last = lastMs(facts);
  return {
    schema_version: 1,
    run_id: facts.runId,
    engine: facts.dialect,
    status: statusOf(facts),
    started_at: started?.ts ?? null,
    last_event_at: last === 0 ? null : (trunk?.last?.ts ?? null),
    duration_ms: started === null ? null : last - started.ms,
    cause: causeOf(facts),
    findings,
    cost: {
      known_usd: usd8(facts.money.known),
      complete: !findings.some(({ code }) => code === "COST_UNKNOWN"),
    },
    events: Object.fromEntries(
      [...(trunk?.counts ?? [])].map(([event, { n }]) => [event, n] as const).toSorted((a, b) => b[1] - a[1]),
    ),
    nodes: [...facts.scopes.values()].flatMap(({ key, nodes }) =>
      [...nodes.values()].map((node) => numbersOf(key, node)),
    ),
  };
}

function statusOf(facts: RunFacts): Diagnosis["status"] {
  if (facts.ended) return facts.ended.status;
  if (waits(facts)) return "waiting";
  return mayGoOnWords(facts) ? "running" : "no_end";
}

const causeOf = ({ ended }: RunFacts): Cause | null =>
  ended && ended.status !== "success" && ended.reason !== ""
    ? { reason: ended.reason, class: ended.class, node: ended.node }
    : null;

function numbersOf(branch: string, node: NodeFacts): NodeNumbers {
  const { id, starts, failedEnds, lastStatus, durations } = node;
  return {
    branch,
    node: id,
    executions: starts,
    failed: failedEnds,
    last_status: lastStatus,
    duration_ms: spread(durations),
  };
}

function spread(all: readonly number[]): NodeNumbers["duration_ms"] {
  if (all.length === 0) return null;
  const sorted = all.toSorted((a, b) => a - b);
  const [low, high] = [sorted[(sorted.length - 1) >> 1] ?? 0, sorted[sorted.length >> 1] ?? 0];
  return {
    min: sorted[0] ?? 0,
    median: (low + high) / 2,
    max: sorted.at(-1) ?? 0,
    total: all.reduce((sum, ms) => sum + ms, 0),
  };
}
