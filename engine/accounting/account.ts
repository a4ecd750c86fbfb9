/** What a run used, attempt by attempt, from its events alone: failed and canceled attempts count as any other. */
import type { BranchResult } from "../core/events/flow.ts";
import type { EventOf, RunEvent } from "../core/events.ts";
import { noSpend, spendOf } from "../core/usage.ts";
import { hopBook } from "./hops.ts";
import { pauseBook } from "./pauses.ts";
import type { Account, AttemptRow, BranchSum } from "./rows.ts";
import { addAttempt, addResult, byNode, byProvider, openSum } from "./sums.ts";

type Open = { -readonly [K in keyof AttemptRow]: AttemptRow[K] };

interface Branch {
  readonly plannedAt: number | null;
  startedAt: number | null;
  status: string | null;
  /** Of a branch whose stages this log does not have. */
  result: BranchResult | null;
}

/** `now` is when it is looked at: what still runs has lasted until then. */
export function accountOf(events: Iterable<RunEvent>, now?: number): Account {
  const attempts: Open[] = [];
  const open = new Map<string, Open>();
  const branches = new Map<string, Branch>();
  const hops = hopBook();
  const pauses = pauseBook();
  let started: EventOf<"run_started"> | null = null;
  let first = 0;
  let last = 0;
  let ended: { at: number; status: string } | null = null;

  for (const event of events) {
    const at = Date.parse(event.ts);
    first ||= at;
    last = at;
    hops.take(event, at);
    pauses.take(event, at);
    switch (event.event) {
      case "run_started":
        started = event;
        break;
      case "stage_attempt_start": {
        const row = begun(event, at, hops.current());
        attempts.push(row);
        open.set(keyOf(event), row);
        break;
      }
      case "stage_attempt_end": {
        const row = open.get(keyOf(event)) ?? begun(event, at, hops.current());
        if (!open.delete(keyOf(event))) attempts.push(row);
        close(row, event, at);
        break;
      }
      case "fanout_started":
        for (const { key } of event.branches)
          if (!branches.has(key))
            branches.set(key, { plannedAt: at, startedAt: null, status: null, result: null });
        break;
      case "branch_started": {
        const known = branches.get(event.branch_key);
        branches.set(event.branch_key, {
          plannedAt: null,
          status: null,
          result: null,
          ...known,
          startedAt: at,
        });
        break;
      }
      case "branch_completed": {
        const known = branches.get(event.branch_key) ?? { plannedAt: null, startedAt: null };
        const result = known.startedAt === null ? event.result : null;
        branches.set(event.branch_key, { ...known, status: event.status, result });
        break;
      }
      case "run_completed":
      case "run_failed":
      case "run_canceled":
        ended = { at, status: event.status };
        break;
      case "run_resumed":
        ended = null;
        break;
    }
  }

  const until = ended?.at ?? Math.max(last, now ?? last);
  for (const row of open.values()) row.ms = Math.max(0, until - row.startedAt);
  const local = started?.coordinator === "local";
  const rows = [...branches].map(([key, branch]) => branchSum(key, branch, attempts, local));
  const elsewhere = [...branches.values()].flatMap(({ result }) => result ?? []);
  const total = openSum();
  for (const row of attempts) addAttempt(total, row);
  for (const result of elsewhere) addResult(total, result);
  const paused = pauses.over(until);
  const waited = (why: "person" | "retry"): number =>
    paused.reduce((sum, pause) => sum + (pause.why === why ? pause.to - pause.from : 0), 0);
  const hopRows = hops.rows(attempts, until);
  const queued = [...rows, ...hopRows].reduce((sum, row) => sum + (row.queuedMs ?? 0), 0);
  return {
    runId: started?.run_id ?? "",
    graph: started?.graph.path ?? started?.graph.name ?? "",
    parent: parentOf(started),
    startedAt: first,
    endedAt: ended?.at ?? null,
    status: ended?.status ?? null,
    attempts,
    nodes: byNode(attempts),
    branches: rows,
    hops: hopRows,
    providers: byProvider([
      ...attempts.flatMap((row) => row.usages),
      ...elsewhere.flatMap((result) => result.usage),
    ]),
    pauses: paused,
    total: {
      ...total,
      personMs: waited("person"),
      retryMs: waited("retry"),
      queuedMs: queued,
      runnerMinutes: hops.minutes(until),
    },
  };
}

const parentOf = (started: EventOf<"run_started"> | null): Account["parent"] => {
  if (!started?.parent) return null;
  const { run_id: runId, node, visit, attempt } = started.parent;
  return { runId, node, visit, attempt };
};

const keyOf = (event: {
  branch_key?: string | undefined;
  node_id: string;
  visit: number;
  attempt: number;
}): string => JSON.stringify([event.branch_key, event.node_id, event.visit, event.attempt]);

const begun = (
  event: EventOf<"stage_attempt_start"> | EventOf<"stage_attempt_end">,
  at: number,
  hop: number | null,
): Open => ({
  node: event.node_id,
  branch: event.branch_key ?? null,
  visit: event.visit,
  attempt: event.attempt,
  handler: event.handler,
  hop: event.hop ?? hop,
  status: null,
  startedAt: at,
  endedAt: null,
  ms: null,
  failure: null,
  failureClass: null,
  folder: null,
  usages: [],
  spend: noSpend(),
});

function close(row: Open, event: EventOf<"stage_attempt_end">, at: number): void {
  row.status = event.status;
  // A branch's events are stamped when its hop settles: how long it took is known, when it began follows from that.
  row.startedAt = Math.min(row.startedAt, at - event.duration_ms);
  row.endedAt = at;
  row.ms = event.duration_ms;
  row.failure = event.failure_reason ?? null;
  row.failureClass = event.failure_class ?? null;
  row.folder = event.stage_dir ?? null;
  row.usages = event.usage ?? [];
  row.spend = spendOf(row.usages);
}

function branchSum(key: string, branch: Branch, attempts: readonly AttemptRow[], local: boolean): BranchSum {
  const sum = openSum();
  // What ran in fan-outs inside it is its own too.
  for (const row of attempts)
    if (row.branch === key || row.branch?.startsWith(`${key}/`)) addAttempt(sum, row);
  if (branch.result) addResult(sum, branch.result);
  const { plannedAt, startedAt, status } = branch;
  const queuedMs = local && plannedAt !== null && startedAt !== null ? startedAt - plannedAt : null;
  return { branch: key, status, queuedMs, ...sum };
}
