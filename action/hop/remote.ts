/** The repository on GitHub as this job reaches it: a bare repository of the driver's own, the run's ledger, its code. */
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { type BareRepo, openBareRepo } from "../../engine/git/bare-repo.ts";
import { codeRef, DEFAULT_REF_PREFIX, openRef, trunkRef } from "../../engine/git/names.ts";
import { fetchCommits, fetchRef, pushRefs, type RefUpdate } from "../../engine/git/refs.ts";
import { type GitLedger, gitLedger } from "../../engine/ledger/git/git-ledger.ts";
import type { GitHubJob } from "../github-env.ts";

export interface Remote {
  readonly repo: BareRepo;
  ledger(runId: string): GitLedger;
  legLedger(runId: string, ref: string): GitLedger;
  /** Brings commits here by their ids, in one call at most; GitHub serves any that is reachable. */
  fetchCommits(commits: readonly string[]): Promise<void>;
  /** The commit that a branch, a tag or a commit id names; it is here afterwards. */
  resolve(name: string): Promise<string>;
  /** A file of a commit as text; null when it is not there. */
  readFile(commit: string, path: string): Promise<string | null>;
  code(runId: string): Promise<string | null>;
  /** Whether the run's ledger, which was read before, carries that commit. */
  carries(runId: string, commit: string): Promise<boolean>;
  /** Moves refs together or not at all, with another token where one is given; a refusal is an error that says why. */
  move(updates: readonly RefUpdate[], token?: string): Promise<void>;
}

/** The driver's own: its repository, its log before it is pushed. */
export const driverFolder = ({ temp }: Pick<GitHubJob, "temp">): string => join(temp, "attractor-driver");

export async function openRemote(
  job: GitHubJob,
  token: string,
  redact: (text: string) => string,
  secrets: readonly string[],
): Promise<Remote> {
  const folder = driverFolder(job);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const url = `${job.serverUrl}/${job.repository}.git`;
  const repo = await openBareRepo(folder, { url, token: token === "" ? null : () => token });
  const common = { repo, redact, secrets, pause: backOff, now: () => new Date() };
  return {
    repo,
    ledger: (runId) =>
      gitLedger({
        ...common,
        runId,
        ref: trunkRef(DEFAULT_REF_PREFIX, runId),
        openRef: openRef(DEFAULT_REF_PREFIX, runId),
      }),
    legLedger: (runId, ref) =>
      gitLedger({
        ...{ ...common, runId, ref, openRef: null },
        beside: [trunkRef(DEFAULT_REF_PREFIX, runId)],
      }),
    fetchCommits: (commits) => fetchCommits(repo, commits),
    async resolve(name) {
      const candidates = /^[0-9a-f]{40,64}$/.test(name)
        ? [name]
        : name.startsWith("refs/")
          ? [name]
          : [`refs/heads/${name}`, `refs/tags/${name}`];
      for (const ref of candidates) {
        const commit = await fetchRef(repo, ref, "refs/seen/asked", "whole");
        if (commit === null) continue;
        const { stdout } = await repo.git(["rev-parse", "--verify", `${commit}^{commit}`]);
        return stdout.toString().trim();
      }
      throw new Error(`ref ${JSON.stringify(name)} is no branch, tag or commit of the repository`);
    },
    async readFile(commit, path) {
      const found = await repo.git(["cat-file", "blob", `${commit}:${path}`], { accept: [128] });
      return found.exitCode === 0 ? found.stdout.toString("utf8") : null;
    },
    code: (runId) => fetchRef(repo, codeRef(DEFAULT_REF_PREFIX, runId), "refs/seen/code", "whole"),
    async carries(runId, commit) {
      const { isCarried } = await import("../../engine/ledger/git/work-bundles.ts");
      return isCarried(repo, trunkRef(DEFAULT_REF_PREFIX, runId), commit);
    },
    async move(updates, other) {
      const as = other === undefined ? repo : await openBareRepo(folder, { url, token: () => other });
      const { perRef, said } = await pushRefs(as, updates);
      const refused = updates.filter(({ ref }) => (perRef.get(ref)?.flag ?? "!") === "!");
      if (refused.length === 0) return;
      throw new Error(
        redact(`${refused.map(({ ref }) => ref).join(", ")} could not be moved: ${said.trim()}`),
      );
    },
  };
}

/** Between tries against a remote that gave no answer. */
const backOff = (attempt: number): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, Math.min(30_000, 500 * 2 ** attempt) * (0.5 + Math.random())));
