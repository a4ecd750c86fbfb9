/** The trunk of a round: claim or collect, then serial stages until branches, a question, the deadline or the end. */

import { answerIn } from "../../action/hop/ask-app.ts";
import {
  controlOutputText,
  type LegsOutput,
  parseControlOutput,
  usedWith,
} from "../../action/hop/control-output.ts";
import { handedOn, hasRoom, legsGo, type Piece } from "../../action/hop/handed-on.ts";
import { outcomeOf } from "../../action/hop/hop-end.ts";
import { TURN } from "../../action/hop/matrix.ts";
import { endRound, type RoundEnd } from "../../action/hop/next-round.ts";
import {
  firstTrunk,
  goAfter,
  isAsNewAs,
  isRed,
  laterTrunk,
  type TrunkTask,
  tookPart,
} from "../../action/hop/round.ts";
import { TIME_IS_UP } from "../../action/work/job-time.ts";
import { startsElsewhere } from "../../engine/core/read-only.ts";
import type { RunState } from "../../engine/core/state.ts";
import type { DriveEnd } from "../../engine/drive/drive.ts";
import type { RunLog } from "../../engine/drive/log.ts";
import { LedgerError } from "../../engine/ledger/port.ts";
import { ASKS_FOR_MS, LOOKS_EVERY_MS } from "../../github/coordinator/offer.ts";
import { collectLegs } from "./collect-legs.ts";
import type { SimLedger } from "./ledgers.ts";
import { holderOf, type Looked, logAt, look, stamped, truth } from "./look.ts";
import type { SimWorld } from "./model.ts";
import { takingRequests } from "./requests.ts";
import { GREEN, type Said } from "./said.ts";
import { beginning } from "./start.ts";
import { sleepOf } from "./time.ts";
import { work } from "./work.ts";
import type { SimJob } from "./workflow-run.ts";

const NOTHING = (): void => undefined;
const READS = 30;
const READ_EVERY_MS = 2_000;

export async function playTrunk(world: SimWorld, job: SimJob): Promise<Said> {
  const go = parseControlOutput(job.given.go);
  const told = go?.kind === "legs" ? go : null;
  const trunk = new TrunkJob(world, job, told);
  return trunk.play();
}

class TrunkJob {
  private readonly me;
  private readonly by;
  private readonly ledger: SimLedger;
  private used: number;
  private readonly world: SimWorld;
  private readonly job: SimJob;
  private readonly told: LegsOutput | null;

  constructor(world: SimWorld, job: SimJob, told: LegsOutput | null) {
    this.world = world;
    this.job = job;
    this.told = told;
    this.me = holderOf(job);
    this.by = { run_id: job.run.id, attempt: job.attempt };
    this.used = told === null ? 0 : usedWith(told);
    this.ledger = world.ledger(job.life, "trunk");
  }

  async play(): Promise<Said> {
    const { world, job } = this;
    if (job.spec.round === 1 && job.run.input === null && job.attempt === 1) {
      await this.ledger.create(beginning(world, this.by)).catch((error: unknown) => {
        if (!(error instanceof LedgerError && error.code === "exists")) throw error;
      });
    }
    for (let reads = 0; ; ) {
      this.ledger.beside = NOTHING;
      const now = await this.read();
      if (now === null) return { red: true, go: "" };
      if (!this.isNewEnough(now) && reads++ < READS) {
        await sleepOf(world.time, job.life, READ_EVERY_MS);
        continue;
      }
      const { state, snapshot } = now;
      if (isHeldBy(state, this.by) && this.isMyBeginning(state)) return this.drive(now);
      const task = this.taskAt(state);
      if (task.does === "leave") {
        // A re-run may come as close behind the others as it likes.
        const isFirst = job.spec.round > 1 || (job.attempt === 1 && job.run.input !== null);
        if (isFirst && this.taskAt(truth(world)).does !== "leave") world.left.push(job.life.name);
        return this.leave(state, tookPart(state, now.events, this.me, job.run.input));
      }
      if (task.does === "claim") {
        const { hop, epoch } = task;
        const event = { event: "hop_started", hop, epoch, by: this.by } as const;
        const stored = await this.ledger.append(snapshot.tip, [stamped(world, event)]);
        if (stored.ok) return this.drive(await look(world, this.ledger));
        continue;
      }
      const { events, sweep } = await collectLegs(world, job, now);
      this.ledger.beside = sweep;
      const log = logAt(world, job.life, this.ledger, now);
      for (const event of events) log.push(event);
      const goesOn = await this.endRound(log, outcomeOf(log.state, now.events, events), true);
      if (goesOn === null) continue;
      this.ledger.beside = NOTHING;
      return goesOn || (await this.askApp(log.state))
        ? this.drive(await look(world, this.ledger))
        : this.leave(log.state, true);
    }
  }

  private taskAt(state: RunState): TrunkTask {
    const { spec, run } = this.job;
    return spec.round === 1 ? firstTrunk(state, this.me, run.input) : laterTrunk(state, this.me, this.told);
  }

  private async read(): Promise<Looked | null> {
    try {
      return await look(this.world, this.ledger);
    } catch (error) {
      if (error instanceof LedgerError && error.code === "missing") return null;
      throw error;
    }
  }

  /** The run began with this job's own claim. */
  private isMyBeginning({ hop }: RunState): boolean {
    return this.job.spec.round === 1 && this.job.run.input === null && hop?.hop === 1 && hop.epoch === 1;
  }

  /** Reads lag behind the dispatch, and behind the job before. */
  private isNewEnough({ events }: Looked): boolean {
    if (this.told) return isAsNewAs(events, this.told);
    const asked = this.job.run.input;
    return (
      asked === null ||
      this.job.spec.round > 1 ||
      events.some(
        (line) =>
          line.event === "hop_planned" &&
          (line.hop > asked.hop || (line.hop === asked.hop && line.epoch >= asked.epoch)),
      )
    );
  }

  /** Stages, then what comes after them; a job whose own work is over goes on with nothing else. */
  private async drive(now: Looked): Promise<Said> {
    const { world, job } = this;
    if (!isHeldBy(now.state, this.by)) return SUPERSEDED;
    const { ledger, takeIn } = takingRequests(this.ledger, now.events.length);
    const log = logAt(world, job.life, ledger, now);
    const writer = world.coordinator === "workflow" ? "holder" : "trunk";
    const { readOnly } = world;
    const elsewhere = startsElsewhere(log.pipeline, () => log.state, readOnly, false);
    let why: DriveEnd = "held";
    try {
      if (readOnly !== "all") why = await work(world, job, log, { writer, focus: "", elsewhere, takeIn });
      if (why === "yield") {
        log.push(TIME_IS_UP);
        await log.flush();
      }
    } catch (error) {
      if (!(error instanceof LedgerError)) throw error;
      return SUPERSEDED;
    }
    const handed = why === "held" ? handedOn(log.pipeline, log.state, readOnly) : null;
    if (handed !== null && hasRoom(handed, this.used))
      return { red: false, go: controlOutputText(legsGo(log.state, handed, titleOf, this.used)) };
    // Job `canceled` has more time for it.
    if (job.cancel.signal.aborted) return GREEN;
    return this.endWorked();
  }

  /** Read anew and ended again as often as somebody else wrote first. */
  private async endWorked(): Promise<Said> {
    for (;;) {
      const now = await look(this.world, this.ledger);
      if (!isHeldBy(now.state, this.by)) return this.leave(now.state, true);
      const log = logAt(this.world, this.job.life, this.ledger, now);
      const outcome = outcomeOf(log.state, now.events, []);
      if ((await this.endRound(log, outcome, false)) !== null) return this.leave(log.state, true);
    }
  }

  /** null: somebody else wrote first. */
  private async endRound(
    log: RunLog,
    outcome: RoundEnd["outcome"],
    collects: boolean,
  ): Promise<boolean | null> {
    try {
      const goesOn = await endRound(log, {
        ...{
          outcome,
          claimant: { by: this.by },
          used: this.used,
          readOnly: this.world.readOnly,
          now: this.world.time.now,
          collects,
        },
      });
      await log.flush();
      return goesOn;
    } catch (error) {
      if (!(error instanceof LedgerError)) throw error;
      return null;
    }
  }

  /** The app decides, and this job waits a while for what follows; true: it has claimed that. */
  private async askApp({ hop }: RunState): Promise<boolean> {
    const { world, job } = this;
    if (world.coordinator !== "app" || hop?.askedAt === undefined) return false;
    world.asking.add(job.life.name);
    try {
      for (let waited = 0; waited < ASKS_FOR_MS && !job.cancel.signal.aborted; waited += LOOKS_EVERY_MS) {
        await sleepOf(world.time, job.life, LOOKS_EVERY_MS);
        const { state, snapshot } = await look(world, this.ledger);
        const answer = answerIn(state, hop, job.run.id);
        if (answer === "nothing") return false;
        const next = state.hop;
        if (answer !== "offer" || !next) continue;
        const event = { event: "hop_started", hop: next.hop, epoch: next.epoch, by: this.by } as const;
        if ((await this.ledger.append(snapshot.tip, [stamped(world, event)])).ok) return true;
      }
      return false;
    } finally {
      world.asking.delete(job.life.name);
    }
  }

  private leave(state: RunState, took: boolean): Said {
    const red = isRed(state, took);
    return { ...GREEN, red, go: goAfter(state, this.me, this.world.tells) };
  }
}

/** Somebody else goes on with the run. */
const SUPERSEDED: Said = { ...GREEN, go: "done" };

const titleOf = (piece: Piece): string =>
  String((typeof piece === "string" ? TURN : piece.index) + 1).padStart(2, "0");

/** This attempt and no other holds the hop. */
const isHeldBy = ({ hop, ended }: RunState, by: { run_id: string; attempt: number }): boolean =>
  !ended && hop?.status === "claimed" && hop.by?.run_id === by.run_id && hop.by.attempt === by.attempt;
