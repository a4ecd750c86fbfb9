/**
 * Work that the remote did not take: a git bundle among the job's results, and the commands that bring it into a clone
 * (docs/protocol.md, "Append").
 */
import { appendFile } from "node:fs/promises";
import { messageOf } from "../../engine/message-of.ts";
import type { RefusedFrom, WorkPorts } from "./rejected-from.ts";
import { bundleWork, fetchBundle } from "./work-bundle.ts";

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
  const remark = await bundleWork(ports, from, commit, file)
    .then(() => howToFetch(job.runId, artifact, file))
    .catch((error: unknown) => `It could not be kept: ${messageOf(error)}`);
  ports.say.notice(`the work of the stages was refused. ${remark}`);
  if (job.summaryPath !== null) {
    const text = `## Work that was refused\n\n${fenced(ports.redact(refusal))}\n${remark}\n`;
    await appendFile(job.summaryPath, text);
  }
  return remark;
}

const howToFetch = (runId: string, artifact: string, file: string): string =>
  `It is above the commit that the run began with, in a bundle:

\`\`\`sh
${fetchBundle(runId, artifact, file).join("\n")}
\`\`\`
`;

/** The remote's words: they may hold a path or a message of the work. */
function fenced(text: string): string {
  const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = "`".repeat(longest + 1);
  return `${fence}\n${text.trim().slice(0, 4_000)}\n${fence}\n`;
}
