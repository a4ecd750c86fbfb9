/**
 * What follows when no hop is under way, as far as the log tells it: decisions, up to an end, a question, a manager, or the
 * next hop. The coordinator plans that hop for a workflow run to come; a trunk job plans it and claims it at once.
 */
import { lostAttempts } from "../../engine/core/attempt-end.ts";
import { mayAppend } from "../../engine/core/authority.ts";
import { expiredAnswer } from "../../engine/core/decide/gate.ts";
import { expiredPause } from "../../engine/core/decide/pause.ts";
import { type Effect, runningAttempts } from "../../engine/core/effects.ts";
import type { BodyOf, EventBody } from "../../engine/core/events.ts";
import { plannedLegs } from "../../engine/core/legs.ts";
import type { RunState } from "../../engine/core/state.ts";
import { type Decided, decisions } from "../../engine/drive/decisions.ts";
import type { RunLog } from "../../engine/drive/log.ts";
import { isManaged } from "./managed.ts";
import { deadlineOf, type Rest } from "./waiting-gates.ts";

/** A run that hops on for ever is as stuck as one that loops for ever. */
const MOST_HOPS = 1000;
const MOST_LOST = 3;

export type Following =
  | { readonly kind: "ended" }
  /** Only people can go on with it. */
  | { readonly kind: "asked"; readonly rests: readonly Rest[] }
  /** The trunk is at a manager, which the coordinator watches. */
  | { readonly kind: "managed"; readonly effects: readonly Effect[] }
  /** Something needs a runner: `plannedHop` is what to append. */
  | { readonly kind: "hop" };

export interface FollowingPorts {
  readonly now: () => number;
  /** Binds a question to the pull request's head. */
  readonly bound?: (event: BodyOf<"human_gate_waiting">) => Promise<EventBody>;
}

/** Pushes each decision; flushes nothing. */
export async function whatFollows(log: RunLog, ports: FollowingPorts): Promise<Following> {
  // Nobody holds a hop, so nobody runs a stage: what the log calls running was lost with its job.
  const lost = runningAttempts(log.pipeline, log.state).filter((effect) => !isManaged(log.pipeline, effect));
  for (const event of lostAttempts(log.pipeline, log.state, lost)) log.push(event);
  for (;;) {
    const { held, effects } = await decided(log, ports);
    if (log.state.ended) return { kind: "ended" };
    const managed = [...effects, ...runningAttempts(log.pipeline, log.state)];
    if (held === null && managed.some((one) => isManaged(log.pipeline, one)))
      return { kind: "managed", effects };
    const rests = effects.filter((effect) => effect.kind !== "stage");
    const late = rests.find((effect) => ports.now() >= deadlineOf(effect));
    if (late) {
      log.push(expired(log.state, late));
      continue;
    }
    if (held === null && rests.length === effects.length && rests.length > 0) return { kind: "asked", rests };
    const refused = whyNoHop(log);
    if (refused === null) return { kind: "hop" };
    if (log.state.stop)
      throw new Error(`run ${log.state.runId} was stopped and does not end; this is a defect of the engine`);
    log.push({ event: "run_aborted", reason: refused, failure_class: "transient_infra", by: "coordinator" });
  }
}

/** Nobody answered, or nobody resumed the run, in time. */
function expired({ scopes }: RunState, effect: Rest): EventBody {
  const scope = scopes.get(effect.scope)!;
  return effect.kind === "gate" ? expiredAnswer(scope, effect.gate) : expiredPause(scope);
}

async function decided(log: RunLog, { bound }: FollowingPorts): Promise<Decided> {
  const taken = decisions(log, { may: (event) => mayAppend("coordinator", event) });
  for (let next = taken.next(); ; next = taken.next()) {
    if (next.done) return next.value;
    const event = next.value;
    log.push(event.event === "human_gate_waiting" && bound ? await bound(event) : event);
  }
}

function whyNoHop({ state, pipeline }: Pick<RunLog, "state" | "pipeline">): string | null {
  if (state.hopsLost >= MOST_LOST) {
    const { hop } = state;
    // Of branches that begin at least one leaves a result.
    const nothing = plannedLegs(pipeline, state) === null ? NOTHING_DONE : NONE_BEGAN;
    const last = hop?.status === "settled" ? nothing : (hop?.outcome ?? "no word");
    return `${state.hopsLost} hops in a row were lost, the last with: ${last}`;
  }
  const hops = state.hop?.hop ?? 0;
  return hops >= MOST_HOPS ? `the run took ${hops} hops; the bound is ${MOST_HOPS}` : null;
}

const NOTHING_DONE =
  "its jobs ended and no stage had (a runner that is lost each time, or a stage that takes it down: look at memory and disk)";

/** What a person is to do about an output that did not arrive. */
export const DROPPED =
  "GitHub drops one that holds a masked value, so a secret of the trunk job (of jobs.secrets, or of a step of your own) is a part of it. Make that secret longer, or a variable if it is none";

const NONE_BEGAN = `its trunk job ended and no branch began (no runner took one; or the trunk job's output go did not arrive: ${DROPPED})`;

/** A lost hop is planned again under the next epoch, so that whoever still lives in the old one is fenced off. */
export function plannedHop({ hop }: RunState): BodyOf<"hop_planned"> {
  if (hop?.status === "lost") {
    return {
      event: "hop_planned",
      hop: hop.hop,
      epoch: hop.epoch + 1,
      plan: hop.plan,
      why: `epoch ${hop.epoch} was lost: ${hop.outcome ?? ""}`,
    };
  }
  return {
    event: "hop_planned",
    hop: (hop?.hop ?? 0) + 1,
    // Never used before in this run: a leg's ref carries it, and a fan-out may last several hops.
    epoch: (hop?.epoch ?? 0) + 1,
    plan: { kind: "trunk" },
    why:
      hop === null
        ? "the run begins"
        : hop.outcome === "yield"
          ? "the last job's time was up"
          : "the run goes on",
  };
}
