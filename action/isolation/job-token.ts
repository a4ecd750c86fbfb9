/**
 * The job's own token in an agent's hands, where it pays for it: only in a job that has nothing but the right to read
 * contents and to ask Copilot. Its workflow file is read to see that: no call tells what a token may do.
 */
import { stagesOnJobToken } from "../../engine/agents/job-token.ts";
import type { Config } from "../../engine/config/schema.ts";
import type { Pipeline } from "../../engine/graph/pipeline.ts";
import { onlyReads } from "../inputs.ts";
import type { JobPorts } from "../ports.ts";

/** Into the environment that agents' processes are made from; else why not, null where nobody asks for it. */
export async function lendJobToken(
  { job, inputs, remote, env }: Pick<JobPorts, "job" | "inputs" | "remote" | "env">,
  { pipeline, config }: { readonly pipeline: Pipeline; readonly config: Config },
): Promise<string | null> {
  // A token that somebody made for it is theirs to give.
  if (env.COPILOT_GITHUB_TOKEN) return null;
  const stages = stagesOnJobToken(pipeline, config);
  if (stages.length === 0) return null;
  const refuse = (why: string) => {
    // Nor as what GitHub Actions calls it.
    delete env.GITHUB_TOKEN;
    return `${stages.join(", ")} would be given this job's token, to ask Copilot with it, and ${why}: ${FIX}`;
  };
  if (!onlyReads(inputs)) return refuse("this job's token can write");
  const prefix = `${job.repository}/`;
  const [path = ""] = job.workflowRef.slice(prefix.length).split("@");
  if (!job.workflowRef.startsWith(prefix)) return refuse("its workflow stands in another repository");
  await remote.fetchCommits([job.workflowSha]);
  const text = await remote.readFile(job.workflowSha, path);
  if (text === null) return refuse(`${path} cannot be read`);
  const { readWorkflow } = await import("./read-workflow.ts");
  const more = rightsBeside(readWorkflow(text), env.GITHUB_JOB ?? "");
  if (more !== null) return refuse(more);
  env.COPILOT_GITHUB_TOKEN = inputs.token;
  return null;
}

const FIX =
  "`attractor init --agent copilot` writes jobs with `contents: read` and `copilot-requests: write` alone; or give a token of its own as the secret COPILOT_GITHUB_TOKEN";

/** null: these two at most, the second among them. */
export function rightsBeside(workflow: unknown, id: string): string | null {
  const { jobs, permissions: common } = fields(workflow);
  const { permissions = common } = fields(fields(jobs)[id]);
  if (permissions === undefined || permissions === null)
    return `job ${id} says no permissions, so that its token has those of the repository`;
  if (typeof permissions !== "object") return `job ${id} has permissions: ${String(permissions)}`;
  const given = Object.entries(permissions).filter(([, right]) => right !== "none");
  const more = given.filter(
    ([name, right]) =>
      !(name === "copilot-requests" && right === "write") && !(name === "contents" && right === "read"),
  );
  if (more.length > 0)
    return `job ${id} may also ${more.map(([name, right]) => `${right} ${name}`).join(", ")}`;
  return given.some(([name]) => name === "copilot-requests") ? null : `job ${id} may not ask Copilot`;
}

const fields = (value: unknown): Record<string, unknown> =>
  typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
