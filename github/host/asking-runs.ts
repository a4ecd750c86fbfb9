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
/** The news of an end may come before the news that it began. */
const AT_MOST_MS = 86_400_000;

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
  /** `what`: a run, as a look found it, or a workflow run, as GitHub tells of it. While a job may ask for one the repository is listed. */
  seen(place: Place, what: string, held: boolean): void;
}

export function askingRuns({ clock, alive, repository, look, report }: AskingOptions): AskingRuns {
  const held = new Map<string, Map<string, number>>();
  const nameOf = ({ installation, fullName }: Place): string => `${installation} ${fullName}`;

  /** `due`: runs that are still to be looked at. */
  async function ask(place: Place, due: Set<string>): Promise<void> {
    const { git, asking } = await repository(place);
    for (const ref of await asking()) {
      const [runId = ""] = ref.slice(`${DEFAULT_REF_PREFIX}/asks/`.length).split("/");
      due.add(runId);
      // Before the look: by it the job knows that it was heard, and waits for the answer.
      await git.deleteRef(ref);
    }
    const looked = async (runId: string): Promise<void> => {
      await look(place, runId);
      due.delete(runId);
    };
    await Promise.all([...due].map(looked));
  }

  async function keepAsking(place: Place): Promise<void> {
    const runs = held.get(nameOf(place))!;
    const due = new Set<string>();
    for (;;) {
      await clock.sleep(EVERY_MS, alive);
      for (const [runId, until] of runs) if (clock.now() > until) runs.delete(runId);
      if (runs.size === 0 || alive.aborted) break;
      await ask(place, due).catch((error: unknown) =>
        report(`what jobs of ${place.fullName} ask could not be seen`, error),
      );
    }
    held.delete(nameOf(place));
  }

  return {
    seen(place, what, isHeld) {
      const runs = held.get(nameOf(place)) ?? new Map<string, number>();
      if (!isHeld) return void runs.delete(what);
      runs.set(what, clock.now() + AT_MOST_MS);
      if (held.has(nameOf(place))) return;
      held.set(nameOf(place), runs);
      void keepAsking(place);
    },
  };
}
