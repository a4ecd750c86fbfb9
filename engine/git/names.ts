/**
 * Every ref, branch and artifact name comes from here (R-CKPT-6, R-FAN-12). What goes in may be hostile text; what comes
 * out is valid for git, unique on systems that ignore case, bounded, and under the prefix it was given.
 */
import { hash8, safeName } from "./safe-name.ts";

export const DEFAULT_REF_PREFIX = "refs/attractor";
export const DEFAULT_BRANCH_PREFIX = "attractor/run";

/** Raised for a configured prefix that git would refuse or that would leave the namespace asked for. */
export class PrefixError extends Error {
  override readonly name = "PrefixError";
  readonly fix = 'use words joined by "/", such as attractor/run';
  constructor(prefix: string) {
    super(`${JSON.stringify(prefix)} cannot be a prefix of branches or refs`);
  }
}

const COMPONENT = /^(?![-.])(?!.*\.\.)(?!.*(?:\.lock|\.)$)[A-Za-z0-9._-]{1,100}$/;

function checked(prefix: string): string {
  const parts = prefix.split("/");
  if (parts.length > 8 || !parts.every((part) => COMPONENT.test(part))) throw new PrefixError(prefix);
  return prefix;
}

/** The prefix of hidden refs must itself be under `refs/`, and under none of git's own namespaces. */
function checkedRefs(prefix: string): string {
  if (
    !/^refs\/(?!(?:heads|tags|remotes|notes|replace|pull|bisect|worktree|rewritten|stash)(?:\/|$))./i.test(
      prefix,
    )
  )
    throw new PrefixError(prefix);
  return checked(prefix);
}

/** The branch a person sees: `attractor/run/<run>`. Without `refs/heads/`. */
export const runBranch = (prefix: string, runId: string): string => `${checked(prefix)}/${safeName(runId)}`;

/** The run below a manager's attempt: the same each time it is asked, so that it is created once. */
export const childRunId = (of: {
  readonly runId: string;
  readonly node: string;
  readonly visit: number;
  readonly attempt: number;
}): string => safeName(`${of.runId}-${of.node}-v${count(of.visit)}a${count(of.attempt)}`);

const runRef = (prefix: string, runId: string, rest: string): string =>
  `${checkedRefs(prefix)}/${safeName(runId)}/${rest}`;

/** The run's ledger. */
export const trunkRef = (prefix: string, runId: string): string => runRef(prefix, runId, "trunk");
/** The run's commits while it runs. */
export const codeRef = (prefix: string, runId: string): string => runRef(prefix, runId, "code");
/** One commit that keeps joined branches reachable. */
export const retainedRef = (prefix: string, runId: string): string => runRef(prefix, runId, "kept");
/** A branch's work until its join keeps it, or for good when no join takes it: worktrees can be removed. */
export const workRef = (prefix: string, runId: string, scopeKey: string): string =>
  runRef(prefix, runId, `work/${safeName(scopeKey)}`);
/** Conversations that a later job goes on with: the trunk's, or a branch's own by its key. */
export const sessionsRef = (prefix: string, runId: string, scopeKey: string): string =>
  runRef(prefix, runId, `sessions/${scopeKey === "" ? "trunk" : `branch-${safeName(scopeKey)}`}`);
/** Exists while the run is open. */
export const openRef = (prefix: string, runId: string): string => runRef(prefix, runId, "open");

/** Stands while a job of the run waits for what the app plans after that hop: one list tells the app of all that ask. */
export const asksRef = (prefix: string, runId: string, hop: { hop: number; epoch: number }): string =>
  `${checked(prefix)}/asks/${safeName(runId)}/${hop.hop}.${hop.epoch}`;

export interface Leg {
  /** The fan-out's node. */
  readonly fan: string;
  readonly visit: number;
  /** Place among the fan-out's branches, from 0. */
  readonly index: number;
  readonly key: string;
  readonly epoch: number;
  readonly attempt: number;
}

/** A leg's own log and work. Epoch and attempt fence it: a superseded leg writes elsewhere. */
export const branchRef = (prefix: string, runId: string, leg: Leg): string =>
  runRef(
    prefix,
    runId,
    `branch/${safeName(leg.fan)}/${count(leg.visit)}/${legName(leg)}/e${count(leg.epoch)}a${count(leg.attempt)}`,
  );

/** `03-1a2b3c4d`: a leg among its siblings. */
export const legName = (leg: Pick<Leg, "index" | "key">): string => `${ordinal(leg.index)}-${hash8(leg.key)}`;

/** Of jobs that may write a run's end: with stages, having only taken branches in, last of all, last after a cancel. */
export const ENDING_PARTS = ["trunk", "settle", "next", "canceled"] as const;

export interface ArtifactOf {
  readonly runId: string;
  readonly hop: number;
  /** What it holds: one of `ENDING_PARTS`, `privileged`, `final`, or a leg by `legName`. */
  readonly part: string;
  /** The workflow run's attempt: GitHub refuses a second artifact of one name. */
  readonly attempt: number;
}

export const artifactName = ({ runId, hop, part, attempt }: ArtifactOf): string =>
  `attractor-${safeName(runId)}-h${count(hop)}-${safeName(part)}-a${count(attempt)}`;

/** What a job that may write nothing leaves for the job that takes it in. The epoch fences it, as it does a leg's ref. */
export const handoffName = ({ runId, hop, epoch, part, attempt }: ArtifactOf & { epoch: number }): string =>
  `attractor-parcel-${safeName(runId)}-h${count(hop)}-e${count(epoch)}-${safeName(part)}-a${count(attempt)}`;

/** The ref among `existing` that would keep git from creating `ref`: one that is a folder of it, or inside it. */
export function blockingRef(ref: string, existing: Iterable<string>): string | null {
  const own = `${ref.toLowerCase()}/`;
  for (const other of existing) {
    const folder = `${other.toLowerCase()}/`;
    if (folder !== own && (own.startsWith(folder) || folder.startsWith(own))) return other;
  }
  return null;
}

const ordinal = (index: number): string => count(index + 1).padStart(2, "0");

function count(value: number): string {
  if (Number.isSafeInteger(value) && value >= 0) return String(value);
  throw new RangeError(`${value} cannot number a visit, hop, epoch, attempt or branch`);
}
