/**
 * One look over a repository: commands that nobody heard, and those open runs that anything is to be done for. What stands
 * and is not due costs nothing beyond the list of refs that tells so (R-GH-25).
 */
import type { Clock } from "../../engine/clock.ts";
import { limitConcurrency } from "../concurrency-limit.ts";
import type { OpenRun } from "../ledger/open-runs.ts";
import { recentlyUsed } from "../recently-used.ts";
import type { ServedRepository } from "../repository.ts";
import { sweepBackoff } from "../sweep-backoff.ts";
import type { Place } from "./place.ts";
import type { Host } from "./port.ts";

/** What the last look at a run found. */
export interface Seen {
  readonly tip: string;
  readonly until: number;
}

export interface SweeperOptions {
  readonly clock: Clock;
  readonly seen: (place: Place, runId: string) => Seen | undefined;
  readonly report: (message: string, error: unknown) => void;
}

export interface Sweeper {
  sweep(places: readonly Place[]): Promise<void>;
  /** Something happens in that repository: it is not left out of the next sweep. */
  wake(place: Place): void;
}

/** One that is slow holds up three others at most. */
const AT_ONCE = 4;
/** A repository without an open run is looked at each sixteenth time; its webhooks and lost deliveries are not. */
const IDLE_SWEEPS = 16;
const MOST_LEFT = 10;
const MOST_BRANCHES = 1_000;

export function sweeper(host: Host, { clock, seen, report }: SweeperOptions): Sweeper {
  const failing = sweepBackoff();
  const idle = sweepBackoff(IDLE_SWEEPS);
  /** What a run's branches had written when it was last looked at for that. */
  const branches = recentlyUsed<string>(MOST_BRANCHES);
  const places = limitConcurrency(AT_ONCE);
  const runs = limitConcurrency(AT_ONCE);
  const nameOf = ({ installation, fullName }: Place): string => `${installation} ${fullName}`;

  async function sweepOne(place: Place): Promise<void> {
    if (!idle.isDue(nameOf(place))) return;
    let heard = false;
    await trying(`reading the comments of ${place.fullName}`, async () => {
      heard = await host.inbox.sweep(place);
    });
    await trying(`sweep of ${place.fullName}`, async () => {
      const repository = await host.repository(place.installation, place.fullName);
      const { open, left } = await repository.standing();
      if (open.length === 0 && heard) idle.failed(nameOf(place));
      else idle.succeeded(nameOf(place));
      for (const ref of left.slice(0, MOST_LEFT)) await repository.git.deleteRef(ref);
      const due = await dueOf(place, repository, open);
      await Promise.all(due.map((run) => runs(() => look(place, run))));
    });
  }

  async function dueOf(
    place: Place,
    repository: ServedRepository,
    open: readonly OpenRun[],
  ): Promise<readonly OpenRun[]> {
    const now = clock.now();
    const asked = open.some(({ rest }) => rest?.pull && now < rest.until);
    const heads = asked ? await repository.pullHeads().catch(() => null) : null;
    return open.filter(({ runId, tip, rest, branches: legs }) => {
      if (rest) {
        const head = rest.pull && heads?.get(rest.pull.number);
        return now >= rest.until || (head != null && head !== rest.pull?.head);
      }
      const last = seen(place, runId);
      const key = `${nameOf(place)} ${runId}`;
      const moved = legs !== "" && branches.peek(key) !== legs;
      if (moved) branches.set(key, legs);
      return last === undefined || last.tip !== tip || moved || now >= last.until;
    });
  }

  async function look(place: Place, { runId, tip }: OpenRun): Promise<void> {
    const key = `${nameOf(place)} ${runId} ${tip}`;
    if (!failing.isDue(key)) return;
    failing.failed(key);
    await trying(`sweep of ${runId}`, async () => {
      await host.look(place.installation, place.fullName, runId);
      failing.succeeded(key);
    });
  }

  // One that cannot be read must not hide the others.
  const trying = (what: string, work: () => Promise<void>): Promise<void> =>
    work().catch((error: unknown) => report(`${what} failed`, error));

  return {
    async sweep(all) {
      await Promise.all(all.map((place) => places(() => sweepOne(place))));
    },
    wake: (place) => idle.succeeded(nameOf(place)),
  };
}
