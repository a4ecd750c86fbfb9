/**
 * Commands in comments, each executed once: a webhook brings one, and every sweep asks for those that none brought or that
 * were not written down. What a comment of ours or a reaction of ours tells needs no memory (docs/decisions/115).
 */
import { z } from "zod";
import type { Clock } from "../../engine/clock.ts";
import type { GitHub } from "../api/request.ts";
import { sweepBackoff } from "../sweep-backoff.ts";
import { type CommandComment, listed } from "./command-comment.ts";
import type { Place } from "./place.ts";

export interface Inbox {
  /** Resolves when what was said is written down, rejects when it could not be. */
  take(place: Place, said: CommandComment): Promise<void>;
  /** Takes every command of the repository that nothing tells to be done. False: one is left. */
  sweep(place: Place): Promise<boolean>;
}

export interface InboxOptions {
  readonly clock: Clock;
  readonly github: (place: Place) => Promise<GitHub>;
  /** The account that this coordinator speaks as. */
  readonly me: () => Promise<string>;
  readonly isCommand: (said: CommandComment) => boolean;
  readonly execute: (place: Place, said: CommandComment) => Promise<Rest>;
  readonly later: (what: string, work: () => Promise<void>) => void;
  readonly report: (message: string, error: unknown) => void;
}

/** As long as GitHub keeps deliveries. A command that is older is no longer what somebody wants. */
const LOOK_BACK_MS = 3 * 24 * 3_600_000;
/** A list may come from a replica that is behind. */
const OVERLAP_MS = 300_000;
const MOST_PAGES = 10;
const MOST_SWEEPS = 4;

interface Taken {
  readonly recorded: Promise<void>;
  readonly finished: Promise<void>;
}

export function createInbox(options: InboxOptions): Inbox {
  const { clock, later, report } = options;
  const going = new Map<string, Taken>();
  /** What is told to be done, by repository: comment to when it was said. */
  const done = new Map<string, Map<number, number>>();
  /** Per repository: what was said before was dealt with. */
  const marks = new Map<string, number>();
  // A person waits.
  const again = sweepBackoff(MOST_SWEEPS);
  const doneIn = ({ fullName }: Place): Map<number, number> => {
    const found = done.get(fullName) ?? new Map<number, number>();
    done.set(fullName, found);
    return found;
  };

  function begin(place: Place, said: CommandComment): Taken {
    const key = `${place.fullName} ${said.id}`;
    const known = going.get(key);
    if (known) return known;
    const rest = options.execute(place, said);
    const finished = rest
      .then((tell) => tell())
      .then(() => void doneIn(place).set(said.id, said.at))
      .finally(() => going.delete(key));
    const taken = { recorded: rest.then(() => undefined), finished };
    // Not everybody waits for both: what nobody hears of must not end the process.
    for (const one of [taken.recorded, finished]) one.catch(() => undefined);
    going.set(key, taken);
    return taken;
  }

  async function handled(github: GitHub, place: Place, said: CommandComment): Promise<boolean> {
    if (doneIn(place).has(said.id) || said.edited || !options.isCommand(said)) return true;
    if (said.reactions === 0 || !(await isReactedTo(github, said.id, await options.me()))) return false;
    doneIn(place).set(said.id, said.at);
    return true;
  }

  return {
    async take(place, said) {
      if (doneIn(place).has(said.id) || !options.isCommand(said)) return;
      const { recorded, finished } = begin(place, said);
      // Whoever waits for `recorded` hears of a command that was not written down; this tells of words that were not said.
      later(`comment ${said.id}`, async () => {
        const written = await recorded.then(
          () => true,
          () => false,
        );
        await finished.catch((error: unknown) => {
          if (written) throw error;
        });
      });
      await recorded;
    },
    async sweep(place) {
      const github = await options.github(place);
      const floor = clock.now() - LOOK_BACK_MS;
      const since = Math.max(floor, marks.get(place.fullName) ?? 0);
      const all = await newerThan(github, since);
      let open = Number.POSITIVE_INFINITY;
      for (const said of all) {
        try {
          if (await handled(github, place, said)) continue;
          const key = `${place.fullName} ${said.id}`;
          if (again.isDue(key)) {
            again.failed(key);
            await begin(place, said).finished;
            again.succeeded(key);
            continue;
          }
        } catch (error) {
          report(
            `the command in comment ${said.id} of ${place.fullName} failed; a later sweep takes it again`,
            error,
          );
        }
        open = Math.min(open, said.at);
      }
      const newest = all.at(-1)?.at ?? since;
      const mark = Math.min(open, Math.max(since, newest - OVERLAP_MS));
      marks.set(place.fullName, mark);
      for (const [id, at] of doneIn(place)) if (at < mark) doneIn(place).delete(id);
      return open === Number.POSITIVE_INFINITY;
    },
  };
}

/** The oldest first. */
async function newerThan(github: GitHub, since: number): Promise<CommandComment[]> {
  const found: CommandComment[] = [];
  for (let page = 1; page <= MOST_PAGES; page++) {
    const { data } = await github.request("GET /repos/{owner}/{repo}/issues/comments", {
      ...{ sort: "created", direction: "desc", per_page: 100, page },
      since: new Date(since).toISOString(),
    });
    const comments = listed(data);
    // The list holds old comments that were edited of late, too: every sticky comment of a run that goes on.
    found.push(...comments.filter(({ at }) => at >= since));
    if (comments.length < 100 || (comments.at(-1)?.at ?? 0) < since) break;
  }
  return found.reverse();
}

const Reactions = z.array(z.object({ user: z.object({ login: z.string() }).nullable() }));

async function isReactedTo(github: GitHub, comment_id: number, me: string): Promise<boolean> {
  const path = "GET /repos/{owner}/{repo}/issues/comments/{comment_id}/reactions";
  const { data } = await github.request(path, { comment_id, per_page: 100 });
  return Reactions.parse(data).some(({ user }) => user?.login === me);
}

/** What is left when it is written down: the words and the reaction that tell so. */
export type Rest = () => Promise<void>;
