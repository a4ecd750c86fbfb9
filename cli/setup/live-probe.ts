/**
 * What only GitHub can tell of a repository: what this token, the app's and a job's own may do with hidden refs, and what
 * the runner's image allows. All under a name of its own, which is deleted again whatever happens.
 */
import { Octokit } from "octokit";
import { z } from "zod";
import type { Probe } from "../../action/probe/report.ts";
import { DEFAULT_REF_PREFIX } from "../../engine/git/names.ts";
import { messageOf } from "../../engine/message-of.ts";
import { ENGINE_VERSION } from "../../engine/version.ts";
import { contents } from "../../github/api/contents.ts";
import { type GitHub, gitHub, timed } from "../../github/api/request.ts";
import { type GitData, gitData } from "../../github/ledger/git-data.ts";
import { cleanAbandoned } from "./acceptance/abandoned.ts";
import { type Acceptance, accept } from "./acceptance/accept.ts";
import type { Seen } from "./acceptance/assumptions.ts";
import { whyNot } from "./acceptance/can-accept.ts";
import { cleanUp, type Left, leftTogether } from "./acceptance/clean-up.ts";
import { seenByProbes } from "./acceptance/from-probes.ts";
import { LIMITS, type Limits, type Made } from "./acceptance/playing.ts";
import { issueOf } from "./acceptance/report-text.ts";
import { appAccess } from "./app-access.ts";
import { deleteRefs } from "./delete-refs.ts";
import type { GitHubAccess } from "./github-findings.ts";
import { probeJob } from "./job-probe.ts";
import { isAbandoned, NAME, newName } from "./probe-name.ts";
import { callerWays, handsOnHop } from "./read-caller.ts";
import { probeRefs } from "./ref-probe.ts";

export interface LiveReport {
  readonly probes: readonly Probe[];
  /** What nobody could be asked, and why: said, so that it is not taken for probed. */
  readonly notProbed: readonly string[];
  /** What is still there; nothing as a rule. */
  readonly left: Left;
  /** A graph that was run there; null where none was. */
  readonly acceptance: Acceptance | null;
  /** Somebody ended it before it was through. */
  readonly interrupted: boolean;
}

export interface LiveProbing {
  readonly access: GitHubAccess;
  /** Workflows of the checkout that call ours, with their text. */
  readonly callers: ReadonlyMap<string, string>;
  /** Runs a graph too, and waits so long for each thing; null: does not. */
  readonly accepts: Limits | null;
  /** Filled as it goes on. */
  readonly made: Made;
  readonly stop: AbortSignal;
  readonly progress: (line: string) => void;
}

const CALL_MS = 10_000;

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
  const name = newName();
  const folder = `${DEFAULT_REF_PREFIX}/${name}`;
  const made = new Set<string>();
  const found: Found = { probes: [], notProbed: [], left: [] };
  let branch = "";
  let [used] = probing.callers.keys();
  let acceptance: Acceptance | null = null;
  try {
    const { data } = await github.request("GET /repos/{owner}/{repo}");
    branch = Repository.parse(data).default_branch;
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
    const [file] = await askJobs(probing, github, { branch, name }, found);
    used = file ?? used;
    if (probing.accepts !== null)
      acceptance = await runGraphs(probing, probing.accepts, github, { branch, name, file }, found);
  } catch (error) {
    if (!stop.aborted) found.probes.push({ name: "ended early", ok: false, said: messageOf(error) });
  }
  if (used !== undefined && (probing.made.since !== null || probing.made.name !== null)) {
    const caller = { github, workflow: nameOf(used), branch };
    found.left.push(
      await cleanUp(caller, probing.made, { limits: probing.accepts ?? LIMITS, progress: probing.progress }),
    );
  }
  const refs = await deleteRefs(git, new Set([...made, ...(await toDelete(git, folder))]));
  const { probes, notProbed } = found;
  const left = leftTogether([{ refs, runs: [], workflows: [] }, ...found.left]);
  return { probes, notProbed, left, acceptance, interrupted: stop.aborted };
}

interface Found {
  readonly probes: Probe[];
  readonly notProbed: string[];
  readonly left: Left[];
}

const nameOf = (file: string): string => file.split("/").at(-1) ?? "";

const NO_APP = "what the app's token may do: set APP_ID and PRIVATE_KEY as `attractor app` has them";
const OF_A_JOB = "may do, and its runner's image";

/** Answers with those whose jobs may do what they need. */
async function askJobs(
  { callers, stop, progress, made }: LiveProbing,
  github: GitHub,
  { branch, name }: { readonly branch: string; readonly name: string },
  found: Found,
): Promise<readonly string[]> {
  const good: string[] = [];
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
    const caller = { github, workflow: nameOf(file), branch };
    const { probes, notProbed, left } = await probeJob(caller, name, stop, (id) => {
      made.since ??= id;
    });
    found.probes.push(...probes);
    if (notProbed !== null) found.notProbed.push(`what a job of ${file} ${OF_A_JOB}: ${notProbed}`);
    if (left !== null) found.left.push({ refs: [], runs: [left], workflows: [] });
    if (probes.length > 0 && probes.every(({ ok }) => ok)) good.push(file);
  }
  return good;
}

/** By the first caller whose jobs may do what they need. */
async function runGraphs(
  { callers, made, stop, progress }: LiveProbing,
  limits: Limits,
  github: GitHub,
  {
    branch,
    name,
    file,
  }: { readonly branch: string; readonly name: string; readonly file: string | undefined },
  { probes, notProbed, left }: Found,
): Promise<Acceptance | null> {
  const known = seenByProbes(probes);
  const text = callers.get(file ?? "") ?? "";
  const why = whyNot(file, text);
  if (why !== null || file === undefined) {
    notProbed.push(`a run of a graph: ${why}`);
    return known.length === 0 || file !== undefined ? null : withIssue(known, why);
  }
  stop.throwIfAborted();
  const caller = { github, branch, workflow: nameOf(file) };
  left.push(...(await cleanAbandoned(caller, { limits, progress })));
  const done = await accept({
    ...{ caller, name, rounds: callerWays(text).rounds, limits },
    ...{ made, stop, progress },
  });
  return withIssue([...known, ...done.seen], done.ended);
}

const withIssue = (seen: readonly Seen[], ended: string | null): Acceptance => ({
  ...{ seen, ended },
  issue: issueOf(seen, ENGINE_VERSION, new Date()),
});

const IN_A_REF = new RegExp(`/${NAME}/`);

/** What a job could not delete, and what probes that were killed have left. A list may lag behind what was just made. */
async function toDelete(git: GitData, folder: string): Promise<string[]> {
  const listed = await git.matching(`${DEFAULT_REF_PREFIX}/doctor-`).catch(() => new Map<string, string>());
  return [...listed.keys()].filter((ref) => {
    const made = IN_A_REF.exec(ref)?.[1];
    return ref.startsWith(`${folder}/`) || (made !== undefined && isAbandoned(Number(made)));
  });
}
