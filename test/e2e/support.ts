/** A GitHub in a box with the product published in it, and a user's repository that calls it. */

import { readdirSync, readFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { Octokit } from "octokit";
import { onTestFinished } from "vitest";
import type { Box } from "../../box/box.ts";
import { createExecutor, type WorkflowExecutor } from "../../box/executor/executor.ts";
import type { Image } from "../../box/executor/job/container.ts";
import type { RunnerUser } from "../../box/executor/job/folders.ts";
import { standIns } from "../../box/executor/stand-ins.ts";
import type { Policy } from "../../box/policy.ts";
import { startBox } from "../../box/server.ts";
import type { User } from "../../box/state/model.ts";
import type { Repository } from "../../box/state/records.ts";
import { defaultJobs, type Jobs } from "../../engine/config/jobs.ts";
import {
  CALLER_PATH,
  CLOCK_PATH,
  COORDINATOR_PATH,
  workflowFiles,
} from "../../github/workflows/init-files.ts";

const root = resolve(import.meta.dirname, "../..");

export interface Scene {
  readonly box: Box;
  readonly executor: WorkflowExecutor;
  readonly user: User;
  readonly repository: Repository;
  /** Where the action itself is published, on its branch v1. */
  readonly product: Repository;
  readonly me: Octokit;
  readonly at: { readonly owner: string; readonly repo: string };
  dispatch(inputs: Record<string, string>): Promise<number>;
}

export const bundled = (): Record<string, string> =>
  Object.fromEntries(
    readdirSync(join(root, "dist")).map((name) => [
      `dist/${name}`,
      readFileSync(join(root, "dist", name), "utf8"),
    ]),
  );

/** The files that a release of the product holds, as the runner fetches them. */
function productFiles(dist: Readonly<Record<string, string>>): Record<string, string> {
  const read = ["action.yml", "action/start.sh"];
  return {
    ...dist,
    ...Object.fromEntries(read.map((path) => [path, readFileSync(join(root, path), "utf8")])),
  };
}

/** Where the product is published in the box. */
export const ACTION = "attractor/attractor@v1";

/** What `attractor init` writes is what the tests run. */
const written = (jobs: Partial<Jobs>): Readonly<Record<string, string>> =>
  Object.fromEntries(
    workflowFiles({ action: ACTION, jobs: { ...defaultJobs(), ...jobs } }).map(({ path, text }) => [
      path,
      text,
    ]),
  );

export const callerText = (jobs: Partial<Jobs> = {}): string => written(jobs)[CALLER_PATH]!;

/** The workflow that executes commands of comments and sweeps where no app is installed. */
export const EARS: Readonly<Record<string, string>> = { [COORDINATOR_PATH]: written({})[COORDINATOR_PATH]! };

/** The one that sweeps each hour while a run is open. */
export const CLOCK: Readonly<Record<string, string>> = { [CLOCK_PATH]: written({})[CLOCK_PATH]! };

/** `dist`: another bundle than the one that is published. */
export async function scene(
  files: Record<string, string>,
  {
    jobs = {},
    dist,
    runner,
    images,
    policy = {},
  }: {
    /** Of the configuration, for the workflow file. */
    readonly jobs?: Partial<Jobs>;
    readonly dist?: Readonly<Record<string, string>> | undefined;
    /** Who the jobs run as. */
    readonly runner?: RunnerUser;
    /** What `container:` may name. */
    readonly images?: ReadonlyMap<string, Image>;
    readonly policy?: Partial<Policy>;
  } = {},
): Promise<Scene> {
  const work = await mkdtemp(join(tmpdir(), "attractor-e2e-"));
  let executor: WorkflowExecutor | undefined;
  const box = await startBox({
    limits: "off",
    policy,
    executor: (actions) => {
      executor = createExecutor(actions, {
        registry: standIns,
        runners: 2,
        labels: ["ubuntu-latest"],
        workRoot: work,
        ...(runner === undefined ? {} : { user: runner }),
        ...(images === undefined ? {} : { images }),
        hostPath: `${dirname(process.execPath)}:${process.env.PATH}`,
      });
      return executor;
    },
  });
  onTestFinished(async () => {
    await box.close();
    await rm(work, { recursive: true, force: true });
  });
  const maker = box.organization("attractor");
  const product = await box.createRepository({
    owner: maker,
    name: "attractor",
    private: false,
    defaultBranch: "v1",
    files: productFiles(dist ?? bundled()),
  });
  const user = box.user("ada");
  const repository = await box.createRepository({
    owner: user,
    name: "game",
    files: { "README.md": "# game\n", [CALLER_PATH]: callerText(jobs), ...files },
  });
  const me = new Octokit({
    auth: box.tokenOf(user),
    baseUrl: box.apiUrl,
    retry: { enabled: false },
    throttle: { enabled: false },
  });
  const at = { owner: "ada", repo: "game" };
  return {
    box,
    executor: executor as WorkflowExecutor,
    user,
    repository,
    product,
    me,
    at,
    async dispatch(inputs) {
      const asked = {
        ...at,
        workflow_id: "attractor-run.yml",
        ref: "main",
        inputs,
        return_run_details: true,
      };
      const answer = await me.request(
        "POST /repos/{owner}/{repo}/actions/workflows/{workflow_id}/dispatches",
        asked,
      );
      return (answer as unknown as { data: { workflow_run_id: number } }).data.workflow_run_id;
    },
  };
}
