/**
 * Work that the remote did not take: a git bundle among the job's results, and the commands that bring it into a clone
 * (docs/protocol.md, "Append").
 */
import { appendFile, mkdir } from "node:fs/promises";
import { join } from "node:path";
import { holdsSecret } from "../../engine/git/holds-secret.ts";
import { resultFolder } from "../output/result-folder.ts";
import type { RefusedFrom, WorkPorts } from "./rejected-from.ts";

const BRANCH = "refs/heads/attractor-work";

interface Leaving {
  readonly file: string;
  readonly artifact: string;
  /** In the remote's words. */
  readonly refusal: string;
}

/** Says where it is. */
export async function leaveWork(
  ports: WorkPorts,
  from: RefusedFrom,
  commit: string | null,
  { file, artifact, refusal }: Leaving,
): Promise<string> {
  const { job } = ports;
  const remark = await bundled(ports, from, commit, file)
    .then(() => howToFetch(job.runId, artifact, file))
    .catch(
      (error: unknown) => `It could not be kept: ${error instanceof Error ? error.message : String(error)}`,
    );
  ports.say.notice(`the work of the stages was refused. ${remark}`);
  if (job.summaryPath !== null) {
    const text = `## Work that was refused\n\n${fenced(ports.redact(refusal))}\n${remark}\n`;
    await appendFile(job.summaryPath, text);
  }
  return remark;
}

async function bundled(
  { job, remote, secrets }: WorkPorts,
  from: RefusedFrom,
  commit: string | null,
  file: string,
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
  await git(["bundle", "create", "--quiet", join(folder, file), BRANCH, ...above.slice(1)]);
}

const howToFetch = (
  runId: string,
  artifact: string,
  file: string,
): string => `It is above the commit that the run began with, in a bundle:

\`\`\`sh
gh run download ${runId} --name ${artifact}
git fetch ${file} ${BRANCH}:attractor-work
\`\`\`
`;

/** The remote's words: they may hold a path or a message of the work. */
function fenced(text: string): string {
  const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = "`".repeat(longest + 1);
  return `${fence}\n${text.trim().slice(0, 4_000)}\n${fence}\n`;
}
