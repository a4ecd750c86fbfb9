/**
 * Ended runs of a remote: their hidden refs and the branch that their log names. A run is known there by its ledger; it
 * has ended when the ref that marks open runs is gone and the log's last word is an end. Its age is the log's own.
 */
import { DEFAULT_REF_PREFIX, openRef, trunkRef } from "../git/names.ts";
import { readBlobs } from "../git/objects.ts";
import type { Git } from "../git/process.ts";
import { FETCH } from "../git/refs.ts";
import { safeName } from "../git/safe-name.ts";
import { workGit } from "../git/work-repo.ts";
import { logFilesAt, readGitLog } from "../ledger/git/log.ts";
import type { LedgerEvent } from "../ledger/port.ts";
import type { PlannedRef, PruneItem } from "./prune-plan.ts";
import { type End, type PruneOptions, pruneVerdict } from "./prune-verdict.ts";

const ENDS: Readonly<Record<string, string>> = {
  run_completed: "success",
  run_failed: "fail",
  run_canceled: "canceled",
};

export async function planRemotePrune(remote: string, options: PruneOptions): Promise<PruneItem[]> {
  const git = workGit(options.workdir);
  const refs = await remoteRefs(git, remote);
  const keys = new Set([...refs.keys()].flatMap((ref) => KEY.exec(ref)?.[1] ?? []));
  const wanted = options.runId === null ? null : safeName(options.runId);
  const items: PruneItem[] = [];
  for (const key of keys) {
    if (wanted !== null && key !== wanted) continue;
    const own = [...refs].flatMap(([ref, oid]) =>
      ref.startsWith(`${DEFAULT_REF_PREFIX}/${key}/`) ? [{ ref, oid }] : [],
    );
    items.push(await planOne(git, remote, key, own, refs, options));
  }
  return items;
}

/** All refs of the run at once, each only from where it was seen. Null when they are gone, else why they are not. */
export async function pruneRemote(
  item: PruneItem,
  remote: string,
  { workdir }: PruneOptions,
): Promise<string | null> {
  if (!item.prune) return item.why;
  const leases = item.refs.map(({ ref, oid }) => `--force-with-lease=${ref}:${oid}`);
  const gone = item.refs.map(({ ref }) => `:${ref}`);
  try {
    await workGit(workdir)([
      "push",
      "--quiet",
      "--atomic",
      "--no-verify",
      "--no-progress",
      ...leases,
      remote,
      ...gone,
    ]);
    return null;
  } catch (error) {
    return (error as Error).message;
  }
}

const KEY = new RegExp(`^${DEFAULT_REF_PREFIX}/([^/]+)/`);

async function remoteRefs(git: Git, remote: string): Promise<Map<string, string>> {
  const { stdout } = await git(["ls-remote", "--quiet", "--refs", "--", remote]);
  return new Map(
    stdout
      .toString("utf8")
      .split("\n")
      .filter(Boolean)
      .map((line) => line.split("\t"))
      .map(([oid = "", ref = ""]) => [ref, oid]),
  );
}

async function planOne(
  git: Git,
  remote: string,
  key: string,
  own: readonly PlannedRef[],
  all: ReadonlyMap<string, string>,
  options: PruneOptions,
): Promise<PruneItem> {
  const item = { run_id: key, folder: null, worktrees: [], kept: [], refs: own };
  const stays = (status: string, why: string) => ({ ...item, status, ended_at: null, prune: false, why });
  const trunk = all.get(trunkRef(DEFAULT_REF_PREFIX, key));
  if (trunk === undefined) return stays("unknown", "it has no ledger on the remote");
  if (all.has(openRef(DEFAULT_REF_PREFIX, key))) return stays("open", "it is open");
  try {
    const log = await readLog(git, remote, key, trunk);
    const end = endOf(log);
    const branch = log.find(({ event }) => event === "run_started")?.run_branch;
    const name = typeof branch === "string" ? `refs/heads/${branch}` : "";
    const head = all.get(name);
    return {
      ...item,
      status: end.status,
      ended_at: end.at,
      ...pruneVerdict(end, options),
      refs: head === undefined ? own : [...own, { ref: name, oid: head }],
    };
  } catch (error) {
    return stays("unknown", `its log cannot be read: ${(error as Error).message}`);
  }
}

/** By the repository's own git: what the user's configuration says about the remote holds here too. No ref is made. */
async function readLog(
  git: Git,
  remote: string,
  key: string,
  trunk: string,
): Promise<readonly LedgerEvent[]> {
  await git([...FETCH, "--refmap=", "--", remote, trunkRef(DEFAULT_REF_PREFIX, key)]);
  const [first] = await readBlobs(
    git,
    (await logFilesAt(git, trunk)).segments.slice(0, 1).map(({ oid }) => oid),
  );
  const { run_id } = JSON.parse(first?.toString("utf8").split("\n")[0] ?? "{}") as { run_id?: unknown };
  if (typeof run_id !== "string" || safeName(run_id) !== key) throw new Error("it is another run's");
  return (await readGitLog(git, run_id, trunk, null)).events;
}

function endOf(log: readonly LedgerEvent[]): End {
  const last = log.findLast(({ event }) => event in ENDS || /^run_(?:started|resumed)$/.test(event));
  const status = last && ENDS[last.event];
  return status === undefined ? { status: "open", at: null } : { status, at: last?.ts ?? null };
}
