/**
 * What only GitHub can tell of a repository: hidden refs are made, moved, refused and read there, on commits that exist
 * already and under a name of their own, which is deleted again whatever happens.
 */
import { randomBytes } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { Octokit } from "octokit";
import { z } from "zod";
import { type GitHub, gitHub } from "../../app/github/request.ts";
import { type GitData, gitData, statusOf } from "../../app/ledger/git-data.ts";
import { DEFAULT_REF_PREFIX } from "../../engine/git/names.ts";
import type { GitHubAccess } from "./github-findings.ts";

export interface Probe {
  readonly name: string;
  readonly ok: boolean;
  readonly said: string;
}

export interface LiveReport {
  readonly probes: readonly Probe[];
  /** Refs that could not be deleted; empty as a rule. */
  readonly left: readonly string[];
  /** Somebody ended it before it was through. */
  readonly interrupted: boolean;
}

/** How long GitHub may go on showing what was. */
const LAG_MS = 10_000;
const LOOK_EVERY_MS = 250;
const CALL_MS = 10_000;
const DELETE_TRIES = 4;
/** One that is older belongs to a probe that was killed. */
const ABANDONED_S = 3600;

const Repository = z.object({ default_branch: z.string() });
const Commit = z.object({ parents: z.array(z.object({ sha: z.string() })) });

export async function probeLive(access: GitHubAccess, stop: AbortSignal): Promise<LiveReport> {
  const octokit = new Octokit({
    auth: access.token,
    baseUrl: access.apiUrl,
    retry: { enabled: false },
    throttle: { enabled: false },
  });
  const github = timed(gitHub(octokit, access.repository));
  const git = gitData(github);
  const folder = `${DEFAULT_REF_PREFIX}/doctor-${Math.floor(Date.now() / 1000)}-${randomBytes(4).toString("hex")}`;
  const probes: Probe[] = [];
  try {
    await run({ github, git, ref: `${folder}/probe`, stop, tell: (probe) => void probes.push(probe) });
  } catch (error) {
    if (!stop.aborted) probes.push({ name: "ended early", ok: false, said: messageOf(error) });
  }
  const left = await deleteAll(git, [`${folder}/probe`, ...(await abandoned(git))]);
  return { probes, left, interrupted: stop.aborted };
}

interface Probing {
  readonly github: GitHub;
  readonly git: GitData;
  readonly ref: string;
  readonly stop: AbortSignal;
  readonly tell: (probe: Probe) => void;
}

async function run({ github, git, ref, stop, tell }: Probing): Promise<void> {
  const { tip, parent } = await someCommits(github, git);
  stop.throwIfAborted();
  const first = parent ?? tip;
  const made = await refusal(() =>
    github.request("POST /repos/{owner}/{repo}/git/refs", { ref, sha: first, request: { retries: 0 } }),
  );
  tell({
    name: "hidden refs",
    ok: made === null,
    said: made === null ? `${ref} was made` : `${ref} could not be made: ${made}`,
  });
  if (made !== null) return;
  stop.throwIfAborted();
  tell(await lag("read after write", async () => (await git.ref(ref)) === first, stop));
  tell(await lag("list after write", async () => (await git.matching(ref)).get(ref) === first, stop));
  tell({
    name: "made once",
    ...((await git.createRef(ref, first)) === "exists"
      ? { ok: true, said: "a second one of the same name is refused" }
      : { ok: false, said: "a second one of the same name was taken: two jobs could hold one claim" }),
  });
  stop.throwIfAborted();
  if (parent === null) {
    tell({ name: "forward only", ok: true, said: "not probed: the default branch has one commit" });
    return;
  }
  const forward = await git.moveRef(ref, tip);
  tell({ name: "moved forward", ok: forward, said: forward ? "a ref is moved forward" : "it was refused" });
  stop.throwIfAborted();
  const back = await git.moveRef(ref, parent);
  tell({
    name: "forward only",
    ok: !back,
    said: back ? "a ref was moved back without force: appends could be lost" : "moving a ref back is refused",
  });
  tell(await lag("read after move", async () => (await git.ref(ref)) === tip, stop));
}

/** Two that are there already, so that nothing has to be made which nobody could delete. */
async function someCommits(github: GitHub, git: GitData) {
  const { data } = await github.request("GET /repos/{owner}/{repo}");
  const branch = Repository.parse(data).default_branch;
  const tip = await git.ref(`refs/heads/${branch}`);
  if (tip === null) throw new Error(`the default branch ${branch} has no commit`);
  const commit = await github.request("GET /repos/{owner}/{repo}/git/commits/{commit_sha}", {
    commit_sha: tip,
  });
  return { tip, parent: Commit.parse(commit.data).parents[0]?.sha ?? null };
}

async function lag(name: string, seen: () => Promise<boolean>, stop: AbortSignal): Promise<Probe> {
  const began = performance.now();
  while (!(await seen())) {
    stop.throwIfAborted();
    if (performance.now() - began > LAG_MS)
      return {
        name,
        ok: false,
        said: `not seen after ${LAG_MS / 1000} s: runs would wait for what is there`,
      };
    await sleep(LOOK_EVERY_MS, undefined, { signal: stop });
  }
  return { name, ok: true, said: `seen after ${Math.round(performance.now() - began)} ms` };
}

async function refusal(call: () => Promise<unknown>): Promise<string | null> {
  try {
    await call();
    return null;
  } catch (error) {
    if (![403, 404, 409, 422].includes(statusOf(error))) throw error;
    return messageOf(error);
  }
}

async function abandoned(git: GitData): Promise<string[]> {
  const found = await git.matching(`${DEFAULT_REF_PREFIX}/doctor-`).catch(() => new Map<string, string>());
  const now = Date.now() / 1000;
  return [...found.keys()].filter((ref) => {
    const [, made = now] = /\/doctor-(\d{10})-[0-9a-f]{8}\/probe$/.exec(ref) ?? [];
    return now - Number(made) > ABANDONED_S;
  });
}

/** Also what may have been made by a call whose answer was lost. */
async function deleteAll(git: GitData, refs: readonly string[]): Promise<string[]> {
  const left: string[] = [];
  for (const ref of refs) if (!(await deleted(git, ref))) left.push(ref);
  return left;
}

async function deleted(git: GitData, ref: string): Promise<boolean> {
  for (let tries = 1; tries <= DELETE_TRIES; tries++) {
    try {
      await git.deleteRef(ref);
      return true;
    } catch {
      await sleep(LOOK_EVERY_MS * tries);
    }
  }
  return false;
}

const timed = (github: GitHub): GitHub => ({
  ...github,
  request: (route, parameters = {}) =>
    github.request(route, {
      ...parameters,
      request: { ...(parameters.request as object | undefined), signal: AbortSignal.timeout(CALL_MS) },
    }),
});

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
