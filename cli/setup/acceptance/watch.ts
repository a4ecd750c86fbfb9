/** What happens on GitHub, looked at until it has happened. Every wait has a limit, and says what it waited for. */
import { setTimeout as sleep } from "node:timers/promises";
import { DEFAULT_REF_PREFIX, trunkRef } from "../../../engine/git/names.ts";
import { LedgerError, type LedgerEvent } from "../../../engine/ledger/port.ts";
import { messageOf } from "../../../engine/message-of.ts";
import { durationText } from "../../../engine/report/units.ts";
import type { GitHub } from "../../../github/api/request.ts";
import { apiLedger } from "../../../github/ledger/api-ledger.ts";
import { gitData, statusOf } from "../../../github/ledger/git-data.ts";
import { jobsOf, type ProbeRun, runOf } from "../probe-run.ts";
import type { Playing } from "./playing.ts";

/** Raised where it cannot go on: something did not come in its time, or came otherwise. */
export class EndedEarly extends Error {
  override readonly name = "EndedEarly";
}

/** Refs may be read from a copy that is some seconds old. */
const LOOKS_AFTER_END_MS = 10_000;

export interface Waiting {
  readonly stop: AbortSignal;
  readonly lookEveryMs: number;
  readonly mostMs: number;
}

/** null: not in that time. */
export async function until<T>(
  look: () => Promise<T | null>,
  { stop, lookEveryMs, mostMs }: Waiting,
): Promise<T | null> {
  const began = performance.now();
  for (;;) {
    stop.throwIfAborted();
    const found = await look().catch((error: unknown) => {
      // An answer that did not come is none.
      if (statusOf(error) >= 500 || statusOf(error) === 429) return null;
      if (error instanceof LedgerError && error.code === "unreachable") return null;
      throw error;
    });
    if (found !== null) return found;
    if (performance.now() - began > mostMs) return null;
    await sleep(lookEveryMs, undefined, { signal: stop }).catch(() => undefined);
  }
}

export const within = <T>(
  { stop, limits }: Playing,
  mostMs: number,
  look: () => Promise<T | null>,
): Promise<T | null> => until(look, { stop, lookEveryMs: limits.lookEvery, mostMs });

/** `id`: the workflow run that is to bring it. Its end without it ends the wait too. */
export async function comesFrom<T>(
  playing: Playing,
  id: number,
  what: string,
  look: () => Promise<T | null>,
): Promise<T> {
  const { caller, limits, progress } = playing;
  progress(`waiting for ${what}, at most ${durationText(limits.run)}`);
  let endedAt: number | null = null;
  const found = await within(playing, limits.run, async () => {
    const before = await runOf(caller.github, id);
    const value = await look();
    if (value !== null) return { value };
    if (before.status === "completed") endedAt ??= performance.now();
    return endedAt !== null && performance.now() - endedAt > LOOKS_AFTER_END_MS ? { run: before } : null;
  });
  if (found === null)
    throw new EndedEarly(
      `${what} did not come in ${durationText(limits.run)}; ${await standing(playing, id)}`,
    );
  if ("value" in found) return found.value;
  throw new EndedEarly(`${what} did not come; ${await standing(playing, id)}`);
}

export const over = (playing: Playing, id: number, what: string): Promise<ProbeRun> =>
  comesFrom(playing, id, `the end of ${what}`, async () => {
    const run = await runOf(playing.caller.github, id);
    return run.status === "completed" ? run : null;
  });

/** Where it stands, for who waited in vain. */
async function standing({ caller: { github } }: Playing, id: number): Promise<string> {
  try {
    const { status, conclusion, html_url } = await runOf(github, id);
    const jobs = (await jobsOf(github, id)).filter((job) => job.conclusion !== "skipped");
    const told = jobs.map((job) => `${job.name} ${job.conclusion ?? job.status}`);
    return `its workflow run is ${conclusion ?? status} (${told.join(", ") || "no job"}): ${html_url}`;
  } catch (error) {
    return `how its workflow run ${id} stands is not known: ${messageOf(error)}`;
  }
}

/** The log of a run; empty where it has not begun. */
export async function logOf(github: GitHub, runId: string): Promise<readonly LedgerEvent[]> {
  const ref = trunkRef(DEFAULT_REF_PREFIX, runId);
  // Whoever looks looks again.
  const pause = (): Promise<void> => sleep(200);
  try {
    const ledger = apiLedger({ git: gitData(github), runId, ref, openRef: null, pause });
    return (await ledger.read()).events;
  } catch (error) {
    if (error instanceof LedgerError && error.code === "missing") return [];
    throw error;
  }
}

export const endOf = (events: readonly LedgerEvent[]): LedgerEvent | null =>
  events.find(({ event }) => /^run_(?:completed|failed|canceled)$/.test(event)) ?? null;

/** A title of the caller carries ids between other words. */
export const isOf = (part: string, { display_title }: ProbeRun): boolean =>
  display_title.split(/[\s/]+/).includes(part);
