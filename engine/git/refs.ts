/** Refs of a remote: looked at, and moved only from where they were seen. */
import type { BareRepo } from "./bare-repo.ts";
import { type GitAnswer, GitError } from "./process.ts";

export interface RefUpdate {
  readonly ref: string;
  /** The commit it should hold; null deletes it. */
  readonly to: string | null;
  /** What it was seen to hold; null: it must not exist. */
  readonly from: string | null;
}

export interface PushReport {
  /** What the remote said of each ref; absent when it gave no answer. Evidence of a refusal, never of success. */
  readonly perRef: ReadonlyMap<string, { readonly flag: string; readonly summary: string }>;
  readonly said: string;
}

const OID = /^[0-9a-f]{40,64}$/;

/** All refs under a prefix, such as `refs/attractor/`. */
export async function listRefs(repo: BareRepo, prefix: string): Promise<Map<string, string>> {
  const { exitCode, stdout, stderr } = await asked(repo, [
    "ls-remote",
    "--quiet",
    "--refs",
    repo.url,
    `${prefix}*`,
  ]);
  if (exitCode !== 0) throw new RemoteUnreachableError(stderr);
  const refs = new Map<string, string>();
  for (const line of stdout.toString("utf8").split("\n")) {
    const [oid, ref] = line.split("\t");
    if (oid && ref?.startsWith(prefix) && OID.test(oid)) refs.set(ref, oid);
  }
  return refs;
}

/** Objects alone: nothing else of the repository changes. */
export const FETCH = [
  ...["fetch", "--quiet", "--no-tags", "--no-write-fetch-head", "--no-auto-maintenance"],
  "--no-recurse-submodules",
];

/**
 * Brings one ref of the remote here and says what it holds; null when it does not exist. Unlike `ls-remote` this asks
 * the server for this ref alone, which counts in a repository with thousands of pull requests.
 */
export async function fetchRef(
  repo: BareRepo,
  ref: string,
  local: string,
  history: "whole" | "tip",
): Promise<string | null> {
  // `tip` without its past suffices while nothing is known; what is known bounds every later fetch.
  const shallow = history === "tip" && (await localRef(repo, local)) === null;
  const { exitCode, stderr } = await asked(repo, [
    ...FETCH,
    ...(shallow ? ["--depth=1"] : []),
    repo.url,
    `+${ref}:${local}`,
  ]);
  if (exitCode === 0) return await localRef(repo, local);
  if (stderr.includes(`couldn't find remote ref ${ref}`)) return null;
  if (/fsck error|badly formed|error in .*object/i.test(stderr)) throw new BadObjectsError(ref, stderr);
  throw new RemoteUnreachableError(stderr);
}

/** Raised when what a ref of the remote holds does not pass git's own checks; none of it was taken. */
export class BadObjectsError extends Error {
  override readonly name = "BadObjectsError";
  constructor(ref: string, said: string) {
    super(`${ref} holds objects that git refuses: ${said.trim().slice(0, 500)}`);
  }
}

/** Raised when the remote gave no answer that tells what it holds. */
export class RemoteUnreachableError extends Error {
  override readonly name = "RemoteUnreachableError";
  readonly said: string;
  constructor(said: string) {
    super(`the remote gave no answer: ${said.trim().slice(0, 500)}`);
    this.said = said;
  }
}

/** Brings commits here by their ids, in one call at most; GitHub serves any that is reachable. */
export async function fetchCommits(repo: BareRepo, commits: readonly string[]): Promise<void> {
  const { stdout } = await repo.git(["cat-file", "--batch-check=%(objecttype)"], {
    input: commits.map((commit) => `${commit}^{commit}\n`).join(""),
  });
  const known = stdout.toString().split("\n");
  const missing = commits.filter((_, n) => known[n] !== "commit");
  if (missing.length === 0) return;
  await repo.online(["fetch", "--quiet", "--no-tags", "--no-write-fetch-head", "--stdin", repo.url], {
    input: missing.map((commit) => `${commit}:${FETCHED}/${commit}\n`).join(""),
  });
}

/** Where commits that were asked for by id are kept reachable. */
export const FETCHED = "refs/commits";

async function localRef(repo: BareRepo, ref: string): Promise<string | null> {
  const { exitCode, stdout } = await repo.git(["rev-parse", "--verify", "--quiet", ref], { accept: [1] });
  return exitCode === 0 ? stdout.toString("utf8").trim() : null;
}

/** All or none of the updates, each only from where its ref was seen. What it reports proves nothing: look again. */
export async function pushRefs(repo: BareRepo, updates: readonly RefUpdate[]): Promise<PushReport> {
  const leases = updates.map(({ ref, from }) => `--force-with-lease=${ref}:${from ?? ""}`);
  const specs = updates.map(({ ref, to }) => `${to ?? ""}:${ref}`);
  const push = [
    "push",
    "--porcelain",
    "--atomic",
    "--no-verify",
    "--no-progress",
    ...leases,
    repo.url,
    ...specs,
  ];
  const { stdout, stderr } = await asked(repo, push);
  return { perRef: perRef(stdout.toString("utf8")), said: stderr };
}

/** A call to the remote that may fail, be cut off or time out: an answer all the same. */
async function asked(
  repo: BareRepo,
  args: readonly string[],
): Promise<Omit<GitAnswer, "exitCode"> & { exitCode: number | null }> {
  try {
    return await repo.online(args, { accept: [1, 128] });
  } catch (error) {
    if (!(error instanceof GitError)) throw error;
    return { exitCode: error.exitCode, stdout: Buffer.alloc(0), stderr: error.stderr };
  }
}

function perRef(porcelain: string): Map<string, { flag: string; summary: string }> {
  const found = new Map<string, { flag: string; summary: string }>();
  for (const line of porcelain.split("\n")) {
    const [, flag, spec, summary] = /^([ +\-*!=])\t(\S+)\t(.*)$/.exec(line) ?? [];
    if (flag && spec && summary) found.set(spec.slice(spec.indexOf(":") + 1), { flag, summary });
  }
  return found;
}
