/** What GitHub tells a job, read once and checked: the environment is input like any other. */
import { readFileSync } from "node:fs";
import * as z from "zod/mini";
import "../engine/core/zod-messages.ts";

const Environment = z.object({
  GITHUB_REPOSITORY: z.string().check(z.regex(/^[\w.-]+\/[\w.-]+$/)),
  GITHUB_SERVER_URL: z.url(),
  GITHUB_API_URL: z.url(),
  GITHUB_RUN_ID: z.string().check(z.regex(/^\d+$/)),
  GITHUB_RUN_ATTEMPT: z.coerce.number().check(z.int(), z.positive()),
  GITHUB_SHA: z.string().check(z.regex(/^[0-9a-f]{40,64}$/)),
  GITHUB_REF: z._default(z.string(), ""),
  GITHUB_ACTOR: z._default(z.string(), ""),
  GITHUB_TRIGGERING_ACTOR: z._default(z.string(), ""),
  GITHUB_EVENT_NAME: z._default(z.string(), ""),
  GITHUB_EVENT_PATH: z.optional(z.string()),
  GITHUB_WORKFLOW_REF: z._default(z.string(), ""),
  GITHUB_WORKFLOW_SHA: z._default(z.string(), ""),
  GITHUB_STEP_SUMMARY: z.optional(z.string()),
  RUNNER_TEMP: z.string(),
});

export interface GitHubJob {
  readonly repository: string;
  readonly serverUrl: string;
  readonly apiUrl: string;
  readonly runId: string;
  readonly attempt: number;
  readonly sha: string;
  readonly ref: string;
  readonly actor: string;
  /** Who pressed "re-run", which is somebody else's act; the actor otherwise. */
  readonly triggeringActor: string;
  readonly event: string;
  readonly payload: unknown;
  readonly workflowRef: string;
  /** The commit that the caller's file was taken from. */
  readonly workflowSha: string;
  readonly summaryPath: string | null;
  readonly temp: string;
}

export function readGitHubJob(env: NodeJS.ProcessEnv): GitHubJob {
  const parsed = Environment.safeParse(env);
  if (!parsed.success) {
    throw new Error(`this is no GitHub Actions job: ${z.prettifyError(parsed.error)}`);
  }
  const e = parsed.data;
  return {
    repository: e.GITHUB_REPOSITORY,
    serverUrl: e.GITHUB_SERVER_URL,
    apiUrl: e.GITHUB_API_URL,
    runId: e.GITHUB_RUN_ID,
    attempt: e.GITHUB_RUN_ATTEMPT,
    sha: e.GITHUB_SHA,
    ref: e.GITHUB_REF,
    actor: e.GITHUB_ACTOR,
    triggeringActor: e.GITHUB_TRIGGERING_ACTOR || e.GITHUB_ACTOR,
    event: e.GITHUB_EVENT_NAME,
    payload: e.GITHUB_EVENT_PATH ? JSON.parse(readFileSync(e.GITHUB_EVENT_PATH, "utf8")) : {},
    workflowRef: e.GITHUB_WORKFLOW_REF,
    workflowSha: e.GITHUB_WORKFLOW_SHA,
    summaryPath: e.GITHUB_STEP_SUMMARY ?? null,
    temp: e.RUNNER_TEMP,
  };
}
