/** Whether a run may be pruned: only one that has ended, by its age or because it was named. */
export interface PruneOptions {
  readonly workdir: string;
  readonly olderThanMs: number;
  /** Only this run, whatever its age. */
  readonly runId: string | null;
  readonly branchPrefix: string;
  readonly now: number;
}

export interface End {
  /** Of the end, or why there is none. */
  readonly status: string;
  /** Null: it has no end. */
  readonly at: string | null;
}

const DAY_MS = 86_400_000;

const NO_END = new Map([
  ["running", "a process drives it"],
  ["waiting", "it waits for a person"],
  ["paused", "it waits for a provider to be paid"],
  ["open", "it is open"],
]);

export function pruneVerdict(
  { status, at }: End,
  { olderThanMs, runId, now }: Pick<PruneOptions, "olderThanMs" | "runId" | "now">,
): { readonly prune: boolean; readonly why: string } {
  if (at === null)
    return {
      prune: false,
      why: NO_END.get(status) ?? "it has no end yet; attractor status records one whose process is gone",
    };
  const age = now - Date.parse(at);
  if (Number.isNaN(age)) return { prune: false, why: `its end has no time: ${JSON.stringify(at)}` };
  const days = Math.max(0, Math.floor(age / DAY_MS));
  const ago = `${days} ${days === 1 ? "day" : "days"} ago`;
  if (runId !== null) return { prune: true, why: `it was named, and ended ${ago}` };
  return age >= olderThanMs
    ? { prune: true, why: `it ended ${ago}` }
    : { prune: false, why: `it ended only ${ago}` };
}
