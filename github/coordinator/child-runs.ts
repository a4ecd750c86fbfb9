/** The run below a manager's attempt: begun once, seen as it stands, told to end with its manager (R-GH-16). */
import type { StageEffect } from "../../engine/core/effects.ts";
import { type EventBody, parseEvent } from "../../engine/core/events.ts";
import { foldAll } from "../../engine/core/fold.ts";
import type { RunState } from "../../engine/core/state.ts";
import { childRunId, DEFAULT_BRANCH_PREFIX, runBranch } from "../../engine/git/names.ts";
import { LedgerError, type Snapshot } from "../../engine/ledger/port.ts";
import type { ReadPinned } from "../api/contents.ts";
import { pinnedPipeline, pinnedStart } from "../graph-source.ts";
import { CONFIG_PATH, MOST_OPEN } from "./ports.ts";
import type { Turn } from "./turn.ts";

export interface Child {
  readonly runId: string;
  readonly snapshot: Snapshot;
  readonly state: RunState;
}

export const childOf = ({ log }: Turn, { node, visit, attempt }: StageEffect): string =>
  childRunId({ runId: log.state.runId, node, visit, attempt });

/** null: it has not begun. */
export async function readChild(turn: Turn, runId: string): Promise<Child | null> {
  const { ports } = turn;
  let snapshot: Snapshot;
  try {
    snapshot = await ports.children.ledger(runId).read();
  } catch (error) {
    if (error instanceof LedgerError && error.code === "missing") return null;
    throw error;
  }
  const events = snapshot.events.map((line) => parseEvent(line));
  const [first] = events;
  if (first?.event !== "run_started")
    throw new LedgerError("corrupt", `run ${runId} does not begin with run_started`, "start the run anew");
  const pipeline = await pinnedPipeline(first, pinned(turn));
  return { runId, snapshot, state: foldAll(pipeline, events) };
}

/** Why it cannot begin; null when it has, whoever was first. */
export async function beginChild(turn: Turn, effect: StageEffect, graph: string): Promise<string | null> {
  const { started, ports, log } = turn;
  const runId = childOf(turn, effect);
  const open = await ports.children.openRuns();
  if (open.length >= MOST_OPEN && !open.includes(runId))
    return `${open.length} runs are going on in this repository, which is the bound`;
  const { github } = started;
  const usd = started.budget?.usd ?? null;
  const config = github?.config_path ?? CONFIG_PATH;
  const base = log.state.scopes.get(effect.scope)?.commit ?? started.base_sha;
  const { command_id: _command, ...at } = github ?? {};
  const first: EventBody = {
    ...(await pinnedStart({ graph, inputs: started.inputs, config, usd, child: true }, pinned(turn))),
    coordinator: started.coordinator,
    ...(base === undefined ? {} : { base_sha: base }),
    run_branch: runBranch(DEFAULT_BRANCH_PREFIX, runId),
    parent: {
      run_id: log.state.runId,
      node: effect.node,
      visit: effect.visit,
      attempt: effect.attempt,
    },
    ...(github ? { github: at as typeof github } : {}),
  };
  try {
    const ts = new Date(ports.clock.now()).toISOString();
    await ports.children.ledger(runId).create([{ ts, ...first }]);
  } catch (error) {
    if (!(error instanceof LedgerError && error.code === "exists")) throw error;
  }
  return null;
}

/** The request alone: what it stops is for the child's own coordinator. */
export async function endChild(turn: Turn, child: Child, reason: string): Promise<void> {
  const { ports, log } = turn;
  const ts = new Date(ports.clock.now()).toISOString();
  const request: EventBody = { event: "cancellation_requested", reason, by: `run ${log.state.runId}` };
  for (let now: Child | null = child; now && !now.state.ended && !now.state.stop; ) {
    const { ok } = await ports.children.ledger(child.runId).append(now.snapshot.tip, [{ ts, ...request }]);
    if (ok) return;
    now = await readChild(turn, child.runId);
  }
}

export const pinned = ({ started, ports }: Turn): ReadPinned =>
  ports.children.readAt(started.github?.graph_sha ?? "");
