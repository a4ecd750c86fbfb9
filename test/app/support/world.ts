/** A run, its ledger in memory, a clock that is told, and a GitHub Actions that does what a test says. */

import type { Clock } from "../../../engine/clock.ts";
import { type EventBody, parseEvent, type RunEvent } from "../../../engine/core/events.ts";
import { foldAll } from "../../../engine/core/fold.ts";
import { prepare } from "../../../engine/graph/prepare.ts";
import {
  type Ledger,
  LedgerError,
  type LedgerEvent,
  type NewEvent,
  type Tip,
} from "../../../engine/ledger/port.ts";
import { coordinate } from "../../../github/coordinator/coordinate.ts";
import type {
  ActionsPort,
  CoordinatorPorts,
  HopInput,
  WorkflowRun,
} from "../../../github/coordinator/ports.ts";

export const MINUTE = 60_000;
const START = Date.UTC(2026, 0, 1);

export const ONE_STAGE = `digraph g { graph [goal="g"] start [shape=Mdiamond]; exit [shape=Msquare]
  work [shape=parallelogram, tool_command="x"]; start -> work -> exit }`;

export function pipelineOf(dot: string) {
  const { pipeline, diagnostics } = prepare(dot);
  if (!pipeline) throw new Error(JSON.stringify(diagnostics));
  return pipeline;
}

/** Compare-and-swap over an array. `before` runs ahead of the next append, as a faster writer would. */
export function memoryLedger(runId: string) {
  const events: LedgerEvent[] = [];
  const tip = () => `t${events.length}` as Tip;
  const put = (more: readonly NewEvent[]): LedgerEvent[] => {
    const stamped = more.map(
      (event, i) =>
        JSON.parse(JSON.stringify({ ...event, seq: events.length + i + 1, run_id: runId })) as LedgerEvent,
    );
    events.push(...stamped);
    return stamped;
  };
  const memory = { events, put, before: null as (() => void) | null };
  const ledger: Ledger = {
    runId,
    create: async (first) => {
      if (events.length > 0) throw new LedgerError("exists", "exists", "");
      return { ok: true, events: put(first), tip: tip() };
    },
    read: async () => {
      if (events.length === 0) throw new LedgerError("missing", "missing", "");
      return { tip: tip(), events: [...events] };
    },
    append: async (at, more) => {
      const { before } = memory;
      memory.before = null;
      before?.();
      if (at !== tip()) return { ok: false, reason: "moved", tip: tip() };
      return { ok: true, events: put(more), tip: tip() };
    },
    close: async () => undefined,
  };
  return { ledger, memory };
}

export interface FakeRun extends WorkflowRun {
  readonly hop: number;
  readonly epoch: number;
  /** False: its conclusion `cancelled` is GitHub's own doing. */
  readonly byPerson?: boolean;
  /** What a reviewer of its environment said. */
  readonly refusal?: string;
}

/** `files`: what the pinned commit holds. */
export function world(
  dot = ONE_STAGE,
  started: Partial<Extract<EventBody, { event: "run_started" }>> = {},
  files: Readonly<Record<string, string>> = {},
) {
  const pipeline = pipelineOf(dot);
  const { ledger, memory } = memoryLedger("run1");
  let now = START;
  const clock: Clock = { now: () => now, elapsed: () => now, sleep: async () => undefined };
  const calls: string[] = [];
  const dispatches: (HopInput & { at: number })[] = [];
  const runs: FakeRun[] = [];
  let onDispatch: (input: HopInput) => void = () => undefined;
  const actions: ActionsPort = {
    async dispatch(_started, input) {
      dispatches.push({ ...input, at: now - START });
      onDispatch(input);
    },
    deliver: async ({ run_id }) => void calls.push(`deliver ${run_id}`),
    find: async (_started, { hop, epoch }) =>
      runs.find((run) => run.hop === hop && run.epoch === epoch) ?? null,
    get: async (id) => runs.find((run) => run.id === id) ?? null,
    unheard: async () => false,
    wasCanceled: async (id) => runs.find((run) => run.id === id)?.byPerson ?? true,
    refusal: async (id) => runs.find((run) => run.id === id)?.refusal ?? null,
    cancel: async (id) => void calls.push(`cancel ${id}`),
    forceCancel: async (id) => void calls.push(`force ${id}`),
  };
  const told: string[] = [];
  const others = new Map<string, ReturnType<typeof memoryLedger>>();
  const other = (runId: string) => {
    const found = others.get(runId) ?? memoryLedger(runId);
    others.set(runId, found);
    return found;
  };
  const ports = (): CoordinatorPorts => ({
    ledger,
    actions,
    clock,
    children: {
      ledger: (runId) => other(runId).ledger,
      readAt: () => async (path) => files[path] ?? null,
      openRuns: async () => [...others.keys()],
    },
    pipeline: async () => pipeline,
    speak: async (state) => void told.push(state.ended?.status ?? "going on"),
    tried: new Map(),
  });
  const mine = ports();
  const append = (...bodies: EventBody[]) =>
    memory.put(bodies.map((body) => ({ ts: new Date(now).toISOString(), ...body })));
  append({
    event: "run_started",
    schema_version: 1,
    graph: { name: "g", digest: "d" },
    goal: "g",
    inputs: {},
    config_digest: "c",
    engine_version: "0.1.0",
    coordinator: "app",
    base_sha: "0".repeat(40),
    github: { repository: "a/b", graph_sha: "0".repeat(40), durability: "stage" },
    ...started,
  });
  return {
    pipeline,
    memory,
    ledger,
    ports,
    actions,
    calls,
    dispatches,
    told,
    runs,
    append,
    /** Another run's log, and a way to add to it. */
    other(runId: string) {
      const { memory } = other(runId);
      return {
        log: () => memory.events.map((line) => parseEvent(line)),
        append: (...bodies: EventBody[]) =>
          memory.put(bodies.map((body) => ({ ts: new Date(now).toISOString(), ...body }))),
      };
    },
    onDispatch(then: (input: HopInput) => void) {
      onDispatch = then;
    },
    look: (more: Partial<CoordinatorPorts> = {}) => coordinate({ ...mine, ...more }),
    wait(ms: number) {
      now += ms;
    },
    log: (): RunEvent[] => memory.events.map((line) => parseEvent(line)),
    names: () => memory.events.map((line) => line.event),
    state: () =>
      foldAll(
        pipeline,
        memory.events.map((line) => parseEvent(line)),
      ),
    /** A workflow run takes the hop that is planned. */
    claim(id = "77", more: Partial<FakeRun> = {}): FakeRun {
      const hop = this.state().hop!;
      append({ event: "hop_started", hop: hop.hop, epoch: hop.epoch, by: { run_id: id, attempt: 1 } });
      const run: FakeRun = {
        id,
        attempt: 1,
        completed: false,
        conclusion: null,
        url: `https://github.test/runs/${id}`,
        hop: hop.hop,
        epoch: hop.epoch,
        ...more,
      };
      runs.push(run);
      return run;
    },
    end(run: FakeRun, conclusion: string) {
      runs.splice(runs.indexOf(run), 1, { ...run, completed: true, conclusion });
    },
    settle(more: { asks?: boolean } = {}) {
      const hop = this.state().hop!;
      append({ event: "hop_settled", hop: hop.hop, epoch: hop.epoch, outcome: "done", ...more });
    },
    attempt(node: string, status: "success" | "fail", more: object = {}) {
      const scope = this.state().scopes.get("")!;
      const visit = (scope.nodes.get(node)?.visits ?? 0) + 1;
      const place = { node_id: node, visit, attempt: 1, max: 1, handler: "tool" };
      append(
        { event: "stage_attempt_start", ...place } as EventBody,
        { event: "stage_attempt_end", ...place, status, duration_ms: 1, evidence: {}, ...more } as EventBody,
      );
    },
  };
}
