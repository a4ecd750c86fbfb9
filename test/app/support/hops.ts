/** Workflow runs of hops without runners: the real claim, drive and settle rules on the box's ledger, stages said by the test. */

import { type Leg, legRef } from "../../../action/hop/leg.ts";
import { firstTrunk } from "../../../action/hop/round.ts";
import type { ActionsPort, Conclusion, ConnectExecutor, RunAttempt } from "../../../box/actions/port.ts";
import { machineClock } from "../../../engine/clock.ts";
import { mayAppend } from "../../../engine/core/authority.ts";
import type { StageEffect } from "../../../engine/core/effects.ts";
import { type EventBody, parseEvent, type RunEvent } from "../../../engine/core/events.ts";
import { foldAll } from "../../../engine/core/fold.ts";
import { plannedLegs } from "../../../engine/core/legs.ts";
import { drive } from "../../../engine/drive/drive.ts";
import { openLog, type RunLog } from "../../../engine/drive/log.ts";
import { openRef, trunkRef } from "../../../engine/git/names.ts";
import type { Pipeline } from "../../../engine/graph/pipeline.ts";
import type { Ledger, NewEvent } from "../../../engine/ledger/port.ts";
import { gitHub } from "../../../github/api/request.ts";
import type { FinalInput, HopInput } from "../../../github/coordinator/ports.ts";
import { apiLedger } from "../../../github/ledger/api-ledger.ts";
import { gitData } from "../../../github/ledger/git-data.ts";
import { memoryLedger } from "./world.ts";

/** What a stage does the nth time that it runs in its run, over all hops. `hang`: until it is stopped. `unpaid`: its provider wants money. */
export type Says = (node: string, nth: number) => "success" | "fail" | "hang" | "unpaid";

export interface Hops {
  readonly connect: ConnectExecutor;
  /** Every attempt of a stage that was performed, over all runs. */
  readonly ran: string[];
  /** The same of one run. */
  ranIn(runId: string): readonly string[];
  pipeline: Pipeline | null;
  /** Of the runs that are a manager's child. */
  child: Pipeline | null;
  says: Says;
  /** Hops end without a settle as long as this says so. */
  loses: (run: RunAttempt) => boolean;
  /** Legs write to memory, which is quick: for many of them, where nobody looks at them. */
  unseenLegs: boolean;
  /** Called when a leg has pushed what it did and before it ends. */
  midLeg: (() => Promise<void>) | null;
  ledger(runId: string, ref?: string): Ledger;
}

export function hops(octokit: () => Parameters<typeof gitHub>[0]): Hops {
  let actions: ActionsPort;
  const canceled = new Map<number, (reason: string) => void>();
  const ranIn = new Map<string, string[]>();
  const working = new Set<Promise<void>>();

  const made: Hops = {
    ran: [],
    ranIn: (runId) => ranIn.get(runId) ?? [],
    pipeline: null,
    child: null,
    says: () => "success",
    loses: () => false,
    unseenLegs: false,
    midLeg: null,
    ledger: (runId, ref = trunkRef("refs/attractor", runId)) =>
      apiLedger({
        git: gitData(gitHub(octokit(), "ada/game")),
        runId,
        ref,
        openRef: ref.endsWith("/trunk") ? openRef("refs/attractor", runId) : null,
        pause: async () => undefined,
      }),
    connect(port) {
      actions = port;
      return {
        queued(run) {
          const job = play(run).finally(() => working.delete(job));
          working.add(job);
        },
        cancel: (id) => canceled.get(id)?.("cancelled by API"),
        async close() {
          for (const stop of canceled.values()) stop("closing");
          await Promise.allSettled([...working]);
        },
      };
    },
  };

  async function play(run: RunAttempt): Promise<void> {
    const hop = JSON.parse(run.inputs.hop ?? "{}") as HopInput | FinalInput;
    actions.setTitle(run.id, `Attractor ${hop.run} hop ${hop.hop}.${hop.epoch}`);
    actions.startRun(run.id);
    const { id } = actions.addJob(run.id, { key: "trunk", name: "Trunk", labels: [], permissions: {} });
    actions.startJob(id, { name: "quick" });
    let conclusion: Conclusion = "success";
    try {
      if (!("final" in hop)) await playHop(run, hop);
    } catch (error) {
      conclusion = "failure";
      if (!(error instanceof Lost)) actions.appendLog(id, String(error));
    }
    if (canceled.get(run.id) === GONE) conclusion = "cancelled";
    canceled.delete(run.id);
    actions.completeJob(id, { conclusion });
    actions.completeRun(run.id, conclusion);
  }

  async function playHop(run: RunAttempt, asked: Parameters<typeof firstTrunk>[2] & object): Promise<void> {
    const ledger = made.ledger(asked.run);
    const [first] = (await ledger.read()).events;
    const pipeline = first?.parent ? made.child : made.pipeline;
    if (!pipeline) throw new Error("say which graph");
    const held = await claim(run, asked, ledger, pipeline);
    if (held === null) return;
    const log = held;
    await work(run, log, ledger, "trunk", undefined);
    if (made.loses(run)) throw new Lost();
    const legs = plannedLegs(pipeline, log.state);
    const brought: EventBody[] = [];
    for (const branch of legs?.branches ?? []) {
      brought.push(
        ...(await playLeg(run, asked.run, { branch, fan: legs!.fan, base: null }, ledger, pipeline)),
      );
    }
    for (let attempt = 0; ; attempt++) {
      const snapshot = await ledger.read();
      const settle = openLog({ pipeline, ledger, clock: machineClock }, snapshot);
      for (const event of brought) settle.push(event);
      if (canceled.get(run.id) === GONE && !settle.state.stop)
        settle.push({
          event: "cancellation_requested",
          reason: "the workflow run was cancelled",
          by: "Actions",
        });
      const now = settle.state.hop!;
      settle.push({ event: "hop_settled", hop: now.hop, epoch: now.epoch, outcome: "done" });
      try {
        return await settle.flush();
      } catch (error) {
        if (attempt === 5) throw error;
      }
    }
  }

  async function claim(
    run: RunAttempt,
    asked: Parameters<typeof firstTrunk>[2],
    ledger: Ledger,
    pipeline: Pipeline,
  ): Promise<RunLog | null> {
    for (;;) {
      const snapshot = await ledger.read();
      const state = foldAll(
        pipeline,
        snapshot.events.map((line) => parseEvent(line)),
      );
      const mine = firstTrunk(state, { runId: String(run.id), attempt: run.attempt }, asked);
      if (mine.does === "leave") return null;
      const by = { run_id: String(run.id), attempt: run.attempt };
      const stored = await ledger.append(snapshot.tip, [
        { ts: new Date().toISOString(), event: "hop_started", hop: mine.hop, epoch: mine.epoch, by },
      ]);
      if (stored.ok) return openLog({ pipeline, ledger, clock: machineClock }, await ledger.read());
    }
  }

  async function playLeg(
    run: RunAttempt,
    runId: string,
    leg: Leg,
    trunk: Ledger,
    pipeline: Pipeline,
  ): Promise<EventBody[]> {
    const snapshot = await trunk.read();
    const state = foldAll(
      pipeline,
      snapshot.events.map((line) => parseEvent(line)),
    );
    const ledger = made.unseenLegs
      ? memoryLedger(runId).ledger
      : made.ledger(runId, legRef(state, runId, leg, run.attempt));
    const { branch, fan } = leg;
    const first = {
      event: "branch_started",
      branch_key: branch.key,
      node_id: branch.start_node,
      fan_node: fan.node,
      fan_visit: fan.visit,
      index: branch.index,
    };
    await ledger.create([{ ts: new Date().toISOString(), ...first }]);
    const log = openLog({ pipeline, ledger, clock: machineClock, from: state }, await ledger.read());
    await work(run, log, ledger, "leg", branch.key);
    const { events } = await ledger.read();
    return events.map((line) => {
      const { seq: _seq, ts: _ts, run_id: _run, ...body } = parseEvent(line);
      return body as EventBody;
    });
  }

  /** As a job does: durable here at once, pushed in one append. */
  async function work(
    run: RunAttempt,
    held: RunLog,
    ledger: Ledger,
    writer: "trunk" | "leg",
    focus: string | undefined,
  ): Promise<void> {
    const fresh: NewEvent[] = [];
    const push = async () => {
      while (fresh.length > 0) {
        const { tip } = await ledger.read();
        const count = fresh.length;
        if ((await ledger.append(tip, fresh)).ok) fresh.splice(0, count);
      }
    };
    const log: RunLog = {
      ...held,
      get state() {
        return held.state;
      },
      get dirty() {
        return false;
      },
      flush: async () => undefined,
      push: (body) => {
        const { seq: _seq, run_id: _run, ...event } = held.push(body);
        fresh.push(event);
        return { ...event, seq: _seq, run_id: _run } as RunEvent;
      },
    };
    const driving = drive(log, {
      clock: machineClock,
      may: (event) => mayAppend(writer, event, focus),
      ...(focus === undefined ? {} : { focus }),
      perform: async (effect, signal) => {
        if (made.midLeg && focus !== undefined) {
          await push();
          await made.midLeg();
        }
        return perform(held.state.runId, effect, signal);
      },
    });
    canceled.set(run.id, (reason) => {
      canceled.set(run.id, GONE);
      driving.tell({ event: "cancellation_requested", reason, by: "Actions" });
    });
    await driving.done;
    await push();
  }

  async function perform(runId: string, effect: StageEffect, signal: AbortSignal) {
    const mine = [...made.ranIn(runId), effect.node];
    ranIn.set(runId, mine);
    made.ran.push(effect.node);
    const nth = mine.filter((node) => node === effect.node).length;
    const said = made.says(effect.node, nth);
    if (said === "hang")
      await new Promise<void>((resolve) => signal.addEventListener("abort", () => resolve()));
    if (signal.aborted)
      return {
        outcome: { status: "fail", failure_reason: "stopped" },
        evidence: { canceled: true },
        durationMs: 1,
      } as const;
    return said === "fail" || said === "unpaid"
      ? ({
          outcome: { status: "fail", failure_reason: `${effect.node} broke` },
          evidence: said === "unpaid" ? { pause: { provider: "anthropic" } } : {},
          durationMs: 1,
        } as const)
      : ({ outcome: { status: "success" }, evidence: {}, durationMs: 1 } as const);
  }
  return made;
}

const GONE = (): void => undefined;
class Lost extends Error {}
