/** A manager's attempt, watched without a runner: begun, decided again at its child's news, ended (R-GH-16). */
import { attemptEnd } from "../../engine/core/attempt-end.ts";
import { attemptStart } from "../../engine/core/attempt-start.ts";
import { type Effect, runningAttempts, type StageEffect } from "../../engine/core/effects.ts";
import type { Cause, Outcome } from "../../engine/core/outcome.ts";
import { type RunState, TRUNK } from "../../engine/core/state.ts";
import { usageLines } from "../../engine/core/usage.ts";
import { isWaiting } from "../../engine/ledger/projections/live.ts";
import { timeoutOf } from "../../engine/local/perform.ts";
import { childPath, noGraph, outcomeOf, type Verdict, verdictOn } from "../../engine/stages/manager.ts";
import { pinnedConfig, SourceError } from "../graph-source.ts";
import { beginChild, type Child, childOf, endChild, pinned, readChild } from "./child-runs.ts";
import { isManaged } from "./managed.ts";
import { CONFIG_PATH } from "./ports.ts";
import type { Coordinated, Turn } from "./turn.ts";

/** What becomes of the turn: over for now, or the attempt has ended and the run is decided on. */
export type Managed = { readonly done: Coordinated } | { readonly ended: true };

/** The trunk is at a manager. */
export async function advanceManagers(turn: Turn, effects: readonly Effect[]): Promise<Managed> {
  const { log, ports, pipeline } = turn;
  const effect = [...effects, ...runningAttempts(pipeline, log.state)].find((one) =>
    isManaged(pipeline, one),
  ) as StageEffect;
  if (phaseOf(log.state) !== "running") {
    if (effect.notBefore !== null && effect.notBefore > ports.clock.now()) {
      await log.flush();
      return { done: { status: "running", state: log.state, lookAgainAt: effect.notBefore } };
    }
    log.push(attemptStart(pipeline, effect));
  }
  // Nothing begins before its intent is in the log.
  await log.flush();
  return watch(turn, effect);
}

async function watch(turn: Turn, effect: StageEffect): Promise<Managed> {
  const { log, ports, pipeline } = turn;
  const found = childPath(pipeline.stages.get(effect.node)!);
  if (!found.ok) return end(turn, effect, failed(found.why), null);
  const runId = childOf(turn, effect);
  let child = found.spec.childAutostart ? await readChild(turn, runId) : null;
  if (child === null && found.spec.childAutostart && !log.state.stop) {
    const refused = await begin(turn, effect, found.named, found.path);
    if (refused !== null) return end(turn, effect, failed(refused), null);
    child = await readChild(turn, runId);
  }
  if (child && neverLookedAt(child)) turn.hints.add(runId);
  const timeoutMs = await limitOf(turn, effect);
  const until = timeoutMs === null ? Number.POSITIVE_INFINITY : sinceOf(log.state) + timeoutMs;
  const seen = {
    state: child?.state ?? null,
    over: child?.state.ended != null,
    problem: null,
  };
  const verdict = verdictOn(found.spec, seen, {
    context: log.state.scopes.get(TRUNK)?.context ?? new Map(),
    // A child that nobody starts has no news: what is not decided now never is.
    cycle: found.spec.childAutostart ? cycleOf(child?.state ?? null) : 1,
    timeoutMs,
    leftMs: until - ports.clock.now(),
    canceled: log.state.stop?.reason ?? null,
  });
  if (verdict === null && found.spec.childAutostart) {
    turn.children.add(runId);
    const status = child !== null && isWaiting(child.state) ? "waiting" : "running";
    return { done: { status, state: log.state, lookAgainAt: until } };
  }
  const said = verdict ?? failedVerdict(`Max cycles exceeded (${found.spec.maxCycles})`);
  if (child !== null && !child.state.ended) {
    // The child first: whoever dies in between comes here again, and finds it asked.
    await endChild(turn, child, said.why);
    turn.hints.add(runId);
  }
  return end(turn, effect, { outcome: outcomeOf(said, seen), evidence: said.evidence }, child);
}

/** Nobody else has heard of it. */
const neverLookedAt = ({ snapshot }: Child): boolean => snapshot.events.length === 1;

/** Why there is no child, in the words that a laptop has for it. */
async function begin(turn: Turn, effect: StageEffect, named: string, path: string): Promise<string | null> {
  if ((await pinned(turn)(path)) === null) return noGraph(named);
  try {
    const refused = await beginChild(turn, effect, path);
    return refused === null ? null : `Child failed: ${refused}`;
  } catch (error) {
    if (error instanceof SourceError) return `Child failed: ${error.message}`;
    throw error;
  }
}

/** How often a child that went on had news: its hops that are over. Doubled and lost hints count for nothing. */
function cycleOf(child: RunState | null): number {
  const hop = child?.hop ?? null;
  const over = hop === null ? 0 : hop.epoch - (hop.status === "planned" || hop.status === "claimed" ? 1 : 0);
  return child?.ended ? Math.max(1, over) : over + 1;
}

async function limitOf(turn: Turn, { node }: StageEffect): Promise<number | null> {
  const path = turn.started.github?.config_path ?? CONFIG_PATH;
  const config = await pinnedConfig(path, pinned(turn));
  return timeoutOf(turn.pipeline.stages.get(node)?.timeoutMs, config);
}

interface Said {
  readonly outcome: Outcome;
  readonly evidence: Verdict["evidence"];
}

const failedVerdict = (why: string): Verdict => ({ status: "fail", why, evidence: {} });
const failed = (why: string): Said => ({ outcome: outcomeOf(failedVerdict(why), null), evidence: {} });

function end({ log, ports, pipeline }: Turn, effect: StageEffect, said: Said, child: Child | null): Managed {
  const durationMs = Math.max(0, ports.clock.now() - sinceOf(log.state));
  const event = attemptEnd(pipeline, log.state, effect, {
    ...said,
    durationMs,
    // What a child spent is its parent's to pay.
    ...(child ? { usage: usageLines(child.state.usage) } : {}),
  });
  const cause = said.outcome.status === "fail" && child ? causeOf(child.state) : null;
  log.push({ ...event, ...(cause ? { cause } : {}) });
  return { ended: true };
}

function causeOf({ ended }: RunState): Cause | null {
  if (ended?.event !== "run_failed") return null;
  return (
    ended.cause ?? {
      node_id: ended.failed_node ?? "",
      reason: ended.failure_reason,
      class: ended.failure_class,
      signature: ended.failure_signature,
    }
  );
}

const phaseOf = (state: RunState): string | undefined => state.scopes.get(TRUNK)?.cursor.phase;

function sinceOf(state: RunState): number {
  const cursor = state.scopes.get(TRUNK)?.cursor;
  return cursor?.phase === "running" ? cursor.since : state.now;
}
