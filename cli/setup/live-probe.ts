/**
 * What only GitHub can tell of a repository: what this token, the app's and a job's own may do with hidden refs, and what
 * the runner's image allows. All under a name of its own, which is deleted again whatever happens.
 */
import { randomBytes } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { Octokit } from "octokit";
import { z } from "zod";
import type { Probe } from "../../action/probe/report.ts";
import { DEFAULT_REF_PREFIX } from "../../engine/git/names.ts";
import { contents } from "../../github/api/contents.ts";
import { type GitHub, gitHub, timed } from "../../github/api/request.ts";
import { type GitData, gitData } from "../../github/ledger/git-data.ts";
import { appAccess } from "./app-access.ts";
import { handsOnHop } from "./caller-findings.ts";
import type { GitHubAccess } from "./github-findings.ts";
import { probeJob } from "./job-probe.ts";
import { probeRefs } from "./ref-probe.ts";

export interface LiveReport {
  readonly probes: readonly Probe[];
  /** What nobody could be asked, and why: said, so that it is not taken for probed. */
  readonly notProbed: readonly string[];
  /** Refs and workflow runs that are still there; none as a rule. */
  readonly left: { readonly refs: readonly string[]; readonly runs: readonly string[] };
  /** Somebody ended it before it was through. */
  readonly interrupted: boolean;
}

export interface LiveProbing {
  readonly access: GitHubAccess;
  /** Workflows of the checkout that call ours, with their text. */
  readonly callers: ReadonlyMap<string, string>;
  readonly stop: AbortSignal;
  readonly progress: (line: string) => void;
}

const CALL_MS = 10_000;
const LOOK_EVERY_MS = 250;
const DELETE_TRIES = 4;
/** One that is older belongs to a probe that was killed. */
const ABANDONED_S = 3600;

const Repository = z.object({ default_branch: z.string() });

export async function probeLive(probing: LiveProbing): Promise<LiveReport> {
  const { access, stop } = probing;
  const octokit = new Octokit({
    auth: access.token,
    baseUrl: access.apiUrl,
    retry: { enabled: false },
    throttle: { enabled: false },
  });
  const github = timed(gitHub(octokit, access.repository), CALL_MS);
  const git = gitData(github);
  const name = `doctor-${Math.floor(Date.now() / 1000)}-${randomBytes(4).toString("hex")}`;
  const folder = `${DEFAULT_REF_PREFIX}/${name}`;
  const made = new Set<string>();
  const found = { probes: [] as Probe[], notProbed: [] as string[], runs: [] as string[] };
  try {
    const { data } = await github.request("GET /repos/{owner}/{repo}");
    const branch = Repository.parse(data).default_branch;
    const refs = async (as: GitHub, last: string, before: string) => {
      const ref = `${folder}/${last}`;
      made.add(ref);
      const tell = (probe: Probe) => void found.probes.push({ ...probe, name: `${before}${probe.name}` });
      await probeRefs({ github: as, git: gitData(as), branch, ref, stop, tell });
    };
    probing.progress("probing hidden refs");
    await refs(github, "probe", "");
    const app = await appAccess(access.apiUrl, access.repository);
    if (app === null) found.notProbed.push(NO_APP);
    else found.probes.push({ ...app.granted, name: `app, ${app.granted.name}` });
    if (app?.github) await refs(timed(app.github, CALL_MS), "app", "app, ");
    await askJobs(probing, github, { branch, name }, found);
  } catch (error) {
    if (!stop.aborted) found.probes.push({ name: "ended early", ok: false, said: messageOf(error) });
  }
  const refs = await deleteAll(git, [...new Set([...made, ...(await toDelete(git, folder))])]);
  const { probes, notProbed, runs } = found;
  return { probes, notProbed, left: { refs, runs }, interrupted: stop.aborted };
}

const NO_APP = "what the app's token may do: set APP_ID and PRIVATE_KEY as `attractor app` has them";
const OF_A_JOB = "may do, and its runner's image";

async function askJobs(
  { callers, stop, progress }: LiveProbing,
  github: GitHub,
  { branch, name }: { readonly branch: string; readonly name: string },
  found: { readonly probes: Probe[]; readonly notProbed: string[]; readonly runs: string[] },
): Promise<void> {
  if (callers.size === 0) found.notProbed.push(`what a job ${OF_A_JOB}: no workflow here calls ours`);
  for (const file of callers.keys()) {
    stop.throwIfAborted();
    // Of the default branch, which is what a dispatch runs: one that drops the input would begin a run.
    const text = await contents(github, branch)(file);
    if (text !== null && !handsOnHop(text)) {
      found.notProbed.push(
        `what a job of ${file} ${OF_A_JOB}: on ${branch} it does not hand on hop, and would start a run`,
      );
      continue;
    }
    progress(`probing what a job of ${file} may do, in a workflow run of about a minute`);
    const workflow = file.split("/").at(-1) ?? "";
    const { probes, notProbed, left } = await probeJob({ github, workflow, branch }, name, stop);
    found.probes.push(...probes);
    if (notProbed !== null) found.notProbed.push(`what a job of ${file} ${OF_A_JOB}: ${notProbed}`);
    if (left !== null) found.runs.push(left);
  }
}

/** What a job could not delete, and what probes that were killed have left. A list may lag behind what was just made. */
async function toDelete(git: GitData, folder: string): Promise<string[]> {
  const listed = await git.matching(`${DEFAULT_REF_PREFIX}/doctor-`).catch(() => new Map<string, string>());
  const now = Date.now() / 1000;
  return [...listed.keys()].filter((ref) => {
    const [, made = now] = /\/doctor-(\d{10})-[0-9a-f]{8}\//.exec(ref) ?? [];
    return ref.startsWith(`${folder}/`) || now - Number(made) > ABANDONED_S;
  });
}

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

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
