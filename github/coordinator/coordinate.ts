/**
 * The coordinator of a run, as one function that may be called at any time: read the ledger, decide, append by
 * compare-and-swap, perform effects by id, until nothing is to do. Events are hints to call it; what it knows it reads.
 */
import { parseEvent, type RunEvent } from "../../engine/core/events.ts";
import { MovedError, openLog } from "../../engine/drive/log.ts";
import { LedgerError, type Tip } from "../../engine/ledger/port.ts";
import { advance } from "./advance.ts";
import { dispatchHop } from "./dispatch.ts";
import { triesOf } from "./dispatch-tries.ts";
import { foldIncrementally } from "./folded-state.ts";
import { whileClaimed } from "./lost-runner.ts";
import type { CoordinatorPorts } from "./ports.ts";
import { questionsOf } from "./questions.ts";
import type { Coordinated, Round, Turn } from "./turn.ts";

/** What a look found, where the log stands, and the runs that are to be looked at because of it. */
export type Looked = Coordinated & {
  readonly tip: Tip;
  readonly hints: readonly string[];
  /** Another run's log is news to it, too. */
  readonly watches: boolean;
};

const MOST_ROUNDS = 64;

export async function coordinate(ports: CoordinatorPorts): Promise<Looked> {
  let turn: Turn | null = null;
  let tip: Tip | null = null;
  const hints = new Set<string>();
  for (let round = 0; round < MOST_ROUNDS; round++) {
    // What stands after an append of ours is known without asking.
    turn ??= await look(ports, hints);
    tip ??= turn.log.tip;
    try {
      const found = await step(turn, round);
      if ("done" in found) {
        const { questions, events } = turn;
        await ports.speak(found.done.state, turn.pipeline, { heads: questions.heads, events });
        const { parent } = turn.started;
        if (parent && (tip !== turn.log.tip || found.done.status === "ended")) hints.add(parent.run_id);
        const watches = turn.children.size > 0;
        return { ...found.done, tip: turn.log.tip, hints: [...hints], watches };
      }
    } catch (error) {
      // Somebody else was faster: what they wrote may change what is to do.
      if (!(error instanceof MovedError)) throw error;
      turn = null;
    }
  }
  throw new Error(`run ${ports.ledger.runId} changed ${MOST_ROUNDS} times while it was looked at`);
}

async function look(ports: CoordinatorPorts, hints: Set<string>): Promise<Turn> {
  const snapshot = await ports.ledger.read();
  const first = snapshot.events[0] === undefined ? null : parseEvent(snapshot.events[0]);
  if (first?.event !== "run_started") {
    throw new LedgerError(
      "corrupt",
      `run ${ports.ledger.runId} does not begin with run_started`,
      "start the run anew",
    );
  }
  const pipeline = await ports.pipeline(first);
  const questions = questionsOf(snapshot.events);
  const tries = triesOf(snapshot.events);
  const events: unknown[] = [...snapshot.events];
  const watch = (event: RunEvent): void => {
    events.push(event);
    questions.see(event);
    tries.see(event);
  };
  const from = await (ports.folded ?? foldIncrementally())(pipeline, snapshot);
  const log = openLog(
    {
      ...{ pipeline, ledger: ports.ledger, clock: ports.clock, watch },
      ...{ from, folded: snapshot.events.length },
    },
    snapshot,
  );
  return { log, pipeline, started: first, ports, questions, events, tries, hints, children: new Set() };
}

async function step(turn: Turn, round: number): Promise<Round> {
  const { state } = turn.log;
  if (state.ended) return { done: { status: "ended", state, found: round === 0 } };
  const { who } = turn.ports;
  if (who !== undefined && who !== turn.started.coordinator) {
    return { done: { status: "running", state, lookAgainAt: Number.POSITIVE_INFINITY } };
  }
  switch (state.hop?.status) {
    case "planned":
      return dispatchHop(turn, state.hop);
    case "claimed":
      return whileClaimed(turn, state.hop);
    default:
      return advance(turn);
  }
}
