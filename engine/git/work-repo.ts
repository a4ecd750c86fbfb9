/** The user's repository as a run sees it: read, given a branch and worktrees, and otherwise left alone (R-CKPT-7). */

import { lstat, realpath } from "node:fs/promises";
import { dirname, join, relative, resolve, sep } from "node:path";
import { FixableError } from "../fixable-error.ts";
import { inTurn } from "./one-at-a-time.ts";
import { type Git, GitError, gitIn, runnerAs } from "./process.ts";
import { workUser } from "./work-user.ts";

export interface WorkRepo {
  /** The top folder of the user's checkout. */
  readonly top: string;
  /** Where in the repository the given folder lies, "" for its top: stages work in the same place of their tree. */
  readonly subfolder: string;
  /** Holds refs and objects, for the checkout and all worktrees. */
  readonly commonDir: string;
  /** The commit that is checked out. */
  readonly head: string;
  /** Runs in the user's checkout. */
  readonly git: Git;
  /** The same for what changes the list of worktrees, one after the other: git reads half-made ones of its own. */
  readonly worktrees: Git;
}

/** Raised when a run cannot use the repository it was given. */
export class WorkRepoError extends FixableError {
  override readonly name = "WorkRepoError";
}

export async function isGitRepo(folder: string): Promise<boolean> {
  if (!(await mayHaveRepo(folder))) return false;
  const inside = await workGit(folder)(["rev-parse", "--is-inside-work-tree"], { accept: [128] });
  return inside.exitCode === 0 && inside.stdout.toString().trim() === "true";
}

/** Without a `.git` above it only a folder inside a bare repository is one of git's, and no work tree. */
const mayHaveRepo = async (folder: string): Promise<boolean> =>
  workUser() !== null || (await hasGitAbove(resolve(folder)));

async function hasGitAbove(folder: string): Promise<boolean> {
  if (await lstat(join(folder, ".git")).catch(() => null)) return true;
  const above = dirname(folder);
  return above !== folder && (await hasGitAbove(above));
}

/** The repository around a folder, with one question; null where there is none, or no work tree. */
export async function workRepoAround(folder: string): Promise<WorkRepo | null> {
  if (!(await mayHaveRepo(folder))) return null;
  return await openOrNull(folder);
}

export async function openWorkRepo(folder: string): Promise<WorkRepo> {
  const repo = await openOrNull(folder);
  if (repo === null) throw new WorkRepoError(`${folder} is in no repository`, "make one with git init");
  return repo;
}

async function openOrNull(folder: string): Promise<WorkRepo | null> {
  const asked = ["--show-toplevel", "--git-common-dir", "--show-prefix"];
  const head = ["--verify", "--quiet", "HEAD^{commit}"];
  const { stdout, exitCode } = await workGit(folder)(
    ["rev-parse", "--path-format=absolute", ...asked, ...head],
    { accept: [1, 128] },
  );
  if (exitCode === 128) return null;
  const [top = "", commonDir = "", prefix = "", commit = ""] = stdout.toString().split("\n");
  const git = workGit(top);
  if (exitCode !== 0 || commit === "")
    throw new WorkRepoError(
      `${top} has no commit yet`,
      "commit once, so that the run has something to start from",
    );
  const subfolder = prefix.replace(/\/$/, "");
  return { top, subfolder, commonDir, head: commit, git, worktrees: oneByOne(git) };
}

const PASSING = /failed to read .*worktrees\/|\.lock'?: File exists|could not lock/;
const TRIES = 6;

/** Another process may be making its own worktree in the same instant; it is done soon. */
function oneByOne(git: Git): Git {
  const turn = inTurn();
  return (args, call) =>
    turn(async () => {
      for (let attempt = 1; ; attempt++) {
        try {
          return await git(args, call);
        } catch (error) {
          if (attempt === TRIES || !(error instanceof GitError && PASSING.test(error.stderr))) throw error;
        }
        await new Promise((later) => setTimeout(later, 40 * attempt));
      }
    });
}

const SHOWN = 10;

/** Refuses a checkout with changes, by file name. `exempt` are absolute paths of the run's own (its folder, its graph). */
export async function requireClean(repo: WorkRepo, exempt: readonly string[]): Promise<void> {
  const top = await realpath(repo.top);
  const own = await Promise.all(
    exempt.map(async (path) => relative(top, await realpath(path).catch(() => path))),
  );
  const spared = own.filter((path) => path !== "" && path !== ".." && !path.startsWith(`..${sep}`));
  const pathspec = [".", ...spared.map((path) => `:(exclude,literal,top)${path.split(sep).join("/")}`)];
  // Without optional locks git does not rewrite the user's index on the way.
  const status = [
    "--no-optional-locks",
    "status",
    "--porcelain",
    "-z",
    "--untracked-files=all",
    "--no-renames",
  ];
  const { stdout } = await repo.git([...status, "--", ...pathspec]);
  const files = stdout
    .toString()
    .split("\0")
    .filter(Boolean)
    .map((entry) => entry.slice(3));
  if (files.length === 0) return;
  const more = files.length > SHOWN ? ` and ${files.length - SHOWN} more` : "";
  throw new WorkRepoError(
    `${repo.top} has changes that are not committed: ${files.slice(0, SHOWN).join(", ")}${more}`,
    "commit or stash them, or set git.require_clean to false to run from the last commit without them",
  );
}

/** On a laptop: what git and the filters that a repository may configure (such as large file storage) need, and no secret of ours. */
const NEEDED =
  /^(?:PATH|HOME|USER|LOGNAME|USERPROFILE|APPDATA|SystemRoot|TMPDIR|TEMP|TMP|XDG_CONFIG_HOME|SSH_AUTH_SOCK|GIT_CONFIG_.*|GIT_EXEC_PATH|https?_proxy|no_proxy|SSL_CERT_FILE)$/i;

export function workGit(folder: string, also: NodeJS.ProcessEnv = {}): Git {
  const user = workUser();
  if (user !== null) return gitIn(folder, { ...user.inherited, ...also }, [], runnerAs(user));
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => NEEDED.test(name)));
  return gitIn(folder, { ...env, ...also });
}
