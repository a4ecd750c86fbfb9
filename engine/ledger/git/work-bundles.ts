/**
 * Commits that no ref of the remote may hold, carried as bundles in the ledger's tree (docs/decisions/162): one file for each
 * push that was refused, thin against what every reader has by then, taken in the order of their numbers.
 */
import type { BareRepo } from "../../git/bare-repo.ts";
import { BundleError, bundleNeeds, takeBundle, writeBundle } from "../../git/bundle.ts";
import { holdsSecret } from "../../git/holds-secret.ts";
import { readBlobs, type TreeFile } from "../../git/objects.ts";
import type { Git } from "../../git/process.ts";
import { FETCHED, fetchCommits, type RefUpdate } from "../../git/refs.ts";
import { hash8 } from "../../git/safe-name.ts";
import { LedgerError } from "../port.ts";
import { CARRIED } from "./layout.ts";

const MB = 1024 * 1024;
/** Hosts warn of files that are larger than 50 MB, and every job of the run fetches all of them. */
const MOST = { push: 32 * MB, run: 96 * MB };
const MOST_FILES = 5_000;

const FILE = /^work\/(\d{4})\.bundle$/;

/** Where the commits of a ledger's bundles are kept reachable here. */
const folderOf = (ledgerRef: string): string => `refs/carried/${hash8(ledgerRef)}`;

export interface Carrying {
  readonly ref: string;
  /** Ledgers whose readers read this one too: what they carry need not be carried again. */
  readonly beside: readonly string[];
  readonly files: readonly TreeFile[];
  /** Never written where whoever reads the repository can have them. */
  readonly secrets: readonly string[];
  /** Bytes of one push, and of all of a run. */
  readonly most?: typeof MOST;
}

export interface Carried {
  readonly changes: ReadonlyMap<string, Buffer>;
  readonly commits: readonly string[];
}

/** The files that carry what these updates would have moved refs to. */
export async function carry(
  { git }: BareRepo,
  { ref, beside, files, secrets, most = MOST }: Carrying,
  updates: readonly RefUpdate[],
): Promise<Carried> {
  const changes = new Map<string, Buffer>();
  const commits: string[] = [];
  let next = files.length;
  let bytes = files.reduce((sum, file) => sum + file.bytes, 0);
  for (const { from, to } of updates) {
    const held = [FETCHED, ...[ref, ...beside].map(folderOf)];
    const known = [...(await tipsIn(git, held)), ...(from === null ? [] : [from]), ...commits];
    if (to === null || !(await isNew(git, to, known))) continue;
    if (await holdsSecret(git, [to, ...known.map((commit) => `^${commit}`)], secrets))
      throw notCarried("they hold a secret of this job", "keep secrets out of the work");
    const bundle = await writeBundle(git, to, known);
    bytes += bundle.length;
    if (bundle.length > most.push || bytes > most.run || next >= MOST_FILES)
      throw notCarried(
        `they have ${bundle.length} bytes, ${bytes} together; at most ${most.push} a push and ${most.run} a run are carried`,
        "bring the branch's workflow files to those of the default branch, or commit less",
      );
    changes.set(`${CARRIED}/${String(++next).padStart(4, "0")}.bundle`, bundle);
    commits.push(to);
  }
  return { changes, commits };
}

/** Once the ledger has them. */
export async function noteCarried({ git }: BareRepo, ref: string, { commits }: Carried): Promise<void> {
  for (const commit of commits) await git(["update-ref", `${folderOf(ref)}/${commit}`, commit]);
}

/** Takes in what a ledger carries and is not here yet; the newest commit of it. */
export async function takeCarried(
  repo: BareRepo,
  ref: string,
  files: readonly TreeFile[],
): Promise<string | null> {
  const bytes = files.reduce((sum, file) => sum + file.bytes, 0);
  if (bytes > MOST.run || files.length > MOST_FILES)
    throw notTaken(ref, `${bytes} bytes in ${files.length} files are too much`);
  let last: string | null = null;
  for (const [n, { path, oid }] of files.entries()) {
    if (Number(FILE.exec(path)?.[1]) !== n + 1) throw notTaken(ref, `no ledger wrote ${path}`);
    const taken = `refs/taken/${hash8(ref)}/${oid}`;
    const here = await repo.git(["rev-parse", "--verify", "--quiet", taken], { accept: [1] });
    last = here.exitCode === 0 ? here.stdout.toString().trim() : await take(repo, ref, oid);
    if (here.exitCode === 0) continue;
    await repo.git(["update-ref", taken, last]);
    await repo.git(["update-ref", `${folderOf(ref)}/${last}`, last]);
  }
  return last;
}

async function take(repo: BareRepo, ref: string, oid: string): Promise<string> {
  const [bundle] = await readBlobs(repo.git, [oid]);
  try {
    await fetchCommits(repo, bundleNeeds(bundle!));
    return await takeBundle(repo.git, bundle!, MOST.push);
  } catch (error) {
    if (error instanceof BundleError) throw notTaken(ref, error.message);
    throw error;
  }
}

/** Whether a ledger that was read or written here carries that commit. */
export async function isCarried({ git }: BareRepo, ref: string, commit: string): Promise<boolean> {
  const { stdout } = await git(["for-each-ref", "--count=1", `--contains=${commit}`, `${folderOf(ref)}/`], {
    accept: [128, 129],
  });
  return stdout.length > 0;
}

async function tipsIn(git: Git, folders: readonly string[]): Promise<string[]> {
  const { stdout } = await git([
    "for-each-ref",
    "--format=%(objectname)",
    ...folders.map((folder) => `${folder}/`),
  ]);
  return stdout.toString().split("\n").filter(Boolean);
}

async function isNew(git: Git, commit: string, known: readonly string[]): Promise<boolean> {
  const input = [commit, ...known.map((each) => `^${each}`)].join("\n");
  const { stdout } = await git(["rev-list", "--max-count=1", "--stdin"], { input: `${input}\n` });
  return stdout.length > 0;
}

const notCarried = (what: string, fix: string): LedgerError =>
  new LedgerError(
    "refused",
    `the remote takes no commits whose workflow files differ from the default branch's, and the ledger cannot carry them: ${what}`,
    fix,
  );

const notTaken = (ref: string, why: string): LedgerError =>
  new LedgerError(
    "corrupt",
    `the work that ${ref} carries cannot be taken: ${why}`,
    "somebody else wrote to this ref: restore it from a copy, or start a new run",
  );
