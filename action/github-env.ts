/**
 * What GitHub tells a job, read once and checked: the environment is input like any other. Without a schema: those of the first
 * events come later, and what zod makes for this one alone takes as long as all rules of the lint (docs/decisions/084).
 */
import { readFileSync } from "node:fs";

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

const ADDRESS = /^https?:\/\/\S+$/;

function read(env: NodeJS.ProcessEnv, name: string, form: RegExp): string {
  const value = env[name] ?? "";
  if (form.test(value)) return value;
  const found = value === "" ? "is not set" : `is ${JSON.stringify(value)} and should be like ${form}`;
  throw new Error(`this is no GitHub Actions job: ${name} ${found}`);
}

export function readGitHubJob(env: NodeJS.ProcessEnv): GitHubJob {
  const { GITHUB_ACTOR: actor = "", GITHUB_EVENT_PATH: path } = env;
  return {
    repository: read(env, "GITHUB_REPOSITORY", /^[\w.-]+\/[\w.-]+$/),
    serverUrl: read(env, "GITHUB_SERVER_URL", ADDRESS),
    apiUrl: read(env, "GITHUB_API_URL", ADDRESS),
    runId: read(env, "GITHUB_RUN_ID", /^\d+$/),
    attempt: Number(read(env, "GITHUB_RUN_ATTEMPT", /^[1-9]\d*$/)),
    sha: read(env, "GITHUB_SHA", /^[0-9a-f]{40,64}$/),
    ref: env.GITHUB_REF ?? "",
    actor,
    triggeringActor: env.GITHUB_TRIGGERING_ACTOR || actor,
    event: env.GITHUB_EVENT_NAME ?? "",
    payload: path ? JSON.parse(readFileSync(path, "utf8")) : {},
    workflowRef: env.GITHUB_WORKFLOW_REF ?? "",
    workflowSha: env.GITHUB_WORKFLOW_SHA ?? "",
    summaryPath: env.GITHUB_STEP_SUMMARY ?? null,
    temp: read(env, "RUNNER_TEMP", /./),
  };
}
