/**
 * Work that the remote did not take: a git bundle among the job's results, and the commands that bring it into a clone
 * (PROTOCOL.md, "Append").
 */
import { appendFile, mkdir } from "node:fs/promises";
import { join } from "node:path";
import type { BodyOf, EventBody, EventOf } from "../../engine/core/events.ts";
import { artifactName } from "../../engine/git/names.ts";
import type { Git } from "../../engine/git/process.ts";
import { resultFolder } from "../output/result-folder.ts";
import type { JobPorts } from "../ports.ts";

const FILE = "work.bundle";
const BRANCH = "refs/heads/attractor-work";
/** A shorter one would be found in ordinary words. */
const SHORTEST_SECRET = 8;

export interface RefusedWork {
  /** What the log says once the remote has refused: the run ends, or the branch does. */
  event(why: string): EventBody;
  /** Leaves the work where it stands at the job's end; says where it is, null when nothing was refused. */
  leave(commit: string | null): Promise<string | null>;
}

export interface RefusedFrom {
  readonly started: EventOf<"run_started">;
  readonly runId: string;
  readonly hop: number;
  /** As the job's results are named. */
  readonly part: string;
  /** A leg's branch. */
  readonly focus?: string;
  /** Brings a commit of the workplace into the driver's repository. */
  readonly bring: (commit: string) => Promise<void>;
}

type Ports = Pick<JobPorts, "job" | "remote" | "redact" | "secrets" | "say">;

export function refusedWork(ports: Ports, from: RefusedFrom): RefusedWork {
  const { job } = ports;
  const artifact = artifactName({ ...from, attempt: job.attempt });
  let refusal: string | null = null;
  return {
    event(why) {
      refusal = why;
      const end = refusedEnd(why, FILE, artifact);
      return from.focus === undefined
        ? end
        : { event: "warning", branch_key: from.focus, code: WORK_REFUSED, message: end.reason };
    },
    async leave(commit) {
      if (refusal === null) return null;
      const remark = await bundled(ports, from, commit)
        .then(() => howToFetch(job.runId, artifact))
        .catch(
          (error: unknown) =>
            `It could not be kept: ${error instanceof Error ? error.message : String(error)}`,
        );
      ports.say.notice(`the work of the stages was refused. ${remark}`);
      if (job.summaryPath !== null) {
        const text = `## Work that was refused\n\n${fenced(ports.redact(refusal))}\n${remark}\n`;
        await appendFile(job.summaryPath, text);
      }
      return remark;
    },
  };
}

/** Without its work the log names what nobody has: the run ends with the remote's words. */
export const refusedEnd = (why: string, file: string, artifact: string): BodyOf<"run_aborted"> => ({
  event: "run_aborted",
  reason: `the work of the stages was refused: ${why.trim()}; it is in ${file} of the artifact ${artifact}`,
  failure_class: "deterministic",
  by: "the job",
});

/** In a leg's log; settle ends the branch with its message. */
export const WORK_REFUSED = "work_refused";

async function bundled(
  { job, remote, secrets }: Ports,
  from: RefusedFrom,
  commit: string | null,
): Promise<void> {
  const { git } = remote.repo;
  const base = from.started.base_sha;
  if (commit === null || commit === base) throw new Error("no stage committed anything");
  await from.bring(commit);
  if (base !== undefined) await remote.fetchCommits([base]);
  const above = base === undefined ? [commit] : [commit, `^${base}`];
  if (await holdsSecret(git, above, secrets))
    throw new Error(
      "it holds a secret of this job, and an artifact is read by whoever may read the repository",
    );
  const folder = resultFolder(job);
  await mkdir(folder, { recursive: true });
  await git(["update-ref", BRANCH, commit]);
  await git(["bundle", "create", "--quiet", join(folder, FILE), BRANCH, ...above.slice(1)]);
}

/** Files are not masked as text is: a bundle with a secret in it is not left at all. */
async function holdsSecret(git: Git, above: readonly string[], secrets: readonly string[]): Promise<boolean> {
  const values = secrets.filter((secret) => secret.length >= SHORTEST_SECRET);
  if (values.length === 0) return false;
  const { stdout: objects } = await git(["rev-list", "--objects", "--no-object-names", ...above]);
  const { stdout: contents } = await git(["cat-file", "--batch", "--buffer"], { input: objects });
  return values.some((value) => contents.includes(value));
}

const howToFetch = (
  runId: string,
  artifact: string,
): string => `It is above the commit that the run began with, in a bundle:

\`\`\`sh
gh run download ${runId} --name ${artifact}
git fetch ${FILE} ${BRANCH}:attractor-work
\`\`\`
`;

/** The remote's words: they may hold a path or a message of the work. */
function fenced(text: string): string {
  const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = "`".repeat(longest + 1);
  return `${fence}\n${text.trim().slice(0, 4_000)}\n${fence}\n`;
}
