/**
 * Jobs that wait for a decision of the app, found by one list of refs each quarter of a minute for a repository in which a job
 * holds a hop. The list is asked for conditionally: as long as nothing changed, it is no call that GitHub counts.
 */
import type { Clock } from "../../engine/clock.ts";
import { DEFAULT_REF_PREFIX } from "../../engine/git/names.ts";
import type { GitData } from "../ledger/git-data.ts";
import type { ServedRepository } from "../repository.ts";
import type { Place } from "./place.ts";

const EVERY_MS = 15_000;

export interface AskingOptions {
  readonly clock: Clock;
  readonly alive: AbortSignal;
  readonly repository: (
    place: Place,
  ) => Promise<Pick<ServedRepository, "asking"> & { readonly git: Pick<GitData, "deleteRef"> }>;
  readonly look: (place: Place, runId: string) => Promise<void>;
  readonly report: (message: string, error: unknown) => void;
}

export interface AskingRuns {
  /** How a look found a run: while a job holds one, its repository is asked. */
  seen(place: Place, runId: string, held: boolean): void;
}

export function askingRuns({ clock, alive, repository, look, report }: AskingOptions): AskingRuns {
  const held = new Map<string, Set<string>>();
  const nameOf = ({ installation, fullName }: Place): string => `${installation} ${fullName}`;

  async function ask(place: Place): Promise<void> {
    const { git, asking } = await repository(place);
    for (const ref of await asking()) {
      const [runId = ""] = ref.slice(`${DEFAULT_REF_PREFIX}/asks/`.length).split("/");
      await look(place, runId);
      // Whatever the look found: the job reads the log, and does not ask twice.
      await git.deleteRef(ref);
    }
  }

  async function keepAsking(place: Place): Promise<void> {
    const runs = held.get(nameOf(place))!;
    while (runs.size > 0 && !alive.aborted) {
      await clock.sleep(EVERY_MS, alive);
      if (alive.aborted) return;
      await ask(place).catch((error: unknown) =>
        report(`what jobs of ${place.fullName} ask could not be seen`, error),
      );
    }
    held.delete(nameOf(place));
  }

  return {
    seen(place, runId, isHeld) {
      const runs = held.get(nameOf(place)) ?? new Set();
      if (!isHeld) return void runs.delete(runId);
      runs.add(runId);
      if (held.has(nameOf(place))) return;
      held.set(nameOf(place), runs);
      void keepAsking(place);
    },
  };
}
