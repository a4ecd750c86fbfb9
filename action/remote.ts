/** The repository on GitHub as this job reaches it: a bare repository of the driver's own, the run's ledger, its code. */
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { type BareRepo, openBareRepo } from "../engine/git/bare-repo.ts";
import { codeRef, DEFAULT_REF_PREFIX, openRef, trunkRef } from "../engine/git/names.ts";
import { fetchRef } from "../engine/git/refs.ts";
import { type GitLedger, gitLedger } from "../engine/ledger/git/git-ledger.ts";
import type { GitHubJob } from "./github-env.ts";

export interface Remote {
  readonly repo: BareRepo;
  ledger(runId: string): GitLedger;
  legLedger(runId: string, ref: string): GitLedger;
  /** Brings a commit here by its id; GitHub serves any that is reachable. */
  fetchCommit(commit: string): Promise<void>;
  /** A file of a commit as text; null when it is not there. */
  readFile(commit: string, path: string): Promise<string | null>;
  code(runId: string): Promise<string | null>;
}

export async function openRemote(
  job: GitHubJob,
  token: string,
  redact: (text: string) => string,
): Promise<Remote> {
  const folder = join(job.temp, "attractor-driver");
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const url = `${job.serverUrl}/${job.repository}.git`;
  const repo = await openBareRepo(folder, { url, token: token === "" ? null : () => token });
  const common = { repo, redact, pause: backOff, now: () => new Date() };
  return {
    repo,
    ledger: (runId) =>
      gitLedger({
        ...common,
        runId,
        ref: trunkRef(DEFAULT_REF_PREFIX, runId),
        openRef: openRef(DEFAULT_REF_PREFIX, runId),
      }),
    legLedger: (runId, ref) => gitLedger({ ...common, runId, ref, openRef: null }),
    async fetchCommit(commit) {
      const known = await repo.git(["cat-file", "-e", `${commit}^{commit}`], { accept: [1, 128] });
      if (known.exitCode === 0) return;
      await repo.online([
        "fetch",
        "--quiet",
        "--no-tags",
        "--no-write-fetch-head",
        url,
        `${commit}:refs/commits/${commit}`,
      ]);
    },
    async readFile(commit, path) {
      const found = await repo.git(["cat-file", "blob", `${commit}:${path}`], { accept: [128] });
      return found.exitCode === 0 ? found.stdout.toString("utf8") : null;
    },
    code: (runId) => fetchRef(repo, codeRef(DEFAULT_REF_PREFIX, runId), "refs/seen/code", "whole"),
  };
}

/** Between tries against a remote that gave no answer. */
const backOff = (attempt: number): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, Math.min(30_000, 500 * 2 ** attempt) * (0.5 + Math.random())));
