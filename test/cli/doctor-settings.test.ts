/** What doctor asks of a repository's settings, and what of a checkout keeps GitHub from hearing. */

import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { runDoctor } from "../../cli/doctor.ts";
import { runInit } from "../../cli/init.ts";
import { CALLER_PATH, CLOCK_PATH, CONFIG_PATH, COORDINATOR_PATH } from "../../github/workflows/init-files.ts";
import { called } from "../called.ts";
import { putFiles } from "../put-files.ts";
import { change, codes, init, listening, pushed, repository } from "./setup-world.ts";

/** What is not named is answered 404. */
async function answering(answers: Readonly<Record<string, unknown>>): Promise<string[]> {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    const path = (request.url ?? "").replace(/\?.*$|^\/api\/v3/g, "").replace("/repos/ada/game/", "");
    asked.push(path);
    const answer = path.startsWith("/repos/o/") ? { sha: "a".repeat(40) } : answers[path];
    response
      .writeHead(answer === undefined ? 404 : 200, { "content-type": "application/json" })
      .end(JSON.stringify(answer ?? {}));
  });
  await listening(server);
  return asked;
}

const OPEN = { "actions/permissions": { enabled: true, allowed_actions: "all" } };
const defaults = (token: string, opens: boolean) => ({
  ...OPEN,
  "actions/permissions/workflow": {
    default_workflow_permissions: token,
    can_approve_pull_request_reviews: opens,
  },
});
const secrets = (...names: string[]) => ({ secrets: names.map((name) => ({ name })) });

async function prepared(edit: (config: string) => string, files: Readonly<Record<string, string>> = {}) {
  const folder = repository();
  await init(folder);
  change(folder, CONFIG_PATH, edit);
  expect((await called(runInit, "--upgrade", folder)).code).toBe(0);
  putFiles(folder, files);
  pushed(folder);
  return folder;
}
const inJobs = (lines: string) => (config: string) => config.replace("jobs:\n", `jobs:\n${lines}`);
const live = (folder: string) => codes(folder, "--repo", "ada/game");

const OWN = `name: Own
on: { pull_request: {}, workflow_dispatch: {} }
jobs:
  game:
    runs-on: ubuntu-latest
    steps: [{ uses: o/attractor@main, with: { graph: graphs/hello.dot } }]
`;
const OWN_PATH = ".github/workflows/own.yml";

describe("attractor doctor, of a repository's secrets", () => {
  const IN_PROD = inJobs("  environment: prod\n  secrets: [KEY]\n  pull_request_token: PULLS\n");

  it("R-GH-17: knows those of the environment that a job begins in, and that no other job has them", async () => {
    const folder = await prepared(IN_PROD);
    await answering({
      ...defaults("write", true),
      ...{ "actions/secrets": secrets(), "environments/prod": { name: "prod" } },
      "environments/prod/secrets": secrets("KEY", "PULLS"),
    });
    // Next has no environment, and it opens the pull request.
    const { out } = await called(runDoctor, "--repo", "ada/game", folder);
    expect(out.match(/SECRET_ABSENT/g)).toHaveLength(1);
    expect(out).toContain("the repository has no secret PULLS");
  });

  it("R-GH-17: says when the environment is not there, and where a secret is to go", async () => {
    const folder = await prepared(IN_PROD);
    await answering({ ...defaults("write", true), "actions/secrets": secrets("PULLS") });
    const { out } = await called(runDoctor, "--repo", "ada/game", folder);
    expect(out).toContain("ENVIRONMENT_ABSENT");
    expect(out).toContain("gh secret set KEY --env prod");
  });
});

describe("attractor doctor, of what a job's token may do", () => {
  it("R-GH-12: says that no job may open the pull request that is asked for, and not where another token does", async () => {
    const asks = (more: string) => (config: string) =>
      `${inJobs(more)(config)}git: { publish: pull_request }\n`;
    await answering({ ...defaults("read", false), "actions/secrets": secrets("PULLS") });
    const folder = await prepared(asks(""));
    expect(await live(folder)).toEqual(["PULLS_NOT_ALLOWED"]);
    expect((await called(runDoctor, "--repo", "ada/game", folder)).code).toBe(0);
    expect(await live(await prepared(asks("  pull_request_token: PULLS\n")))).toEqual([]);
    expect(await live(await prepared(asks("  coordinator: app\n")))).not.toContain("PULLS_NOT_ALLOWED");
    expect(await live(await prepared((config) => config))).toEqual([]);
  });

  it("R-GH-17: says where the default token only reads and no permissions are named", async () => {
    const folder = await prepared((config) => config, { [OWN_PATH]: OWN });
    await answering(defaults("read", true));
    expect(await live(folder)).toEqual(["DEFAULT_TOKEN_READS"]);
    change(folder, OWN_PATH, (text) => text.replace("jobs:", "permissions: { contents: write }\njobs:"));
    expect(await live(folder)).toEqual([]);
    change(folder, CALLER_PATH, (text) =>
      text
        .replace(/ {4}permissions:\n {6}contents: write # the run's log and its commits\n/, "")
        .replace("permissions: {}\n", ""),
    );
    expect(await live(folder)).toContain("CALLER_PERMISSIONS");
  });

  it("R-GH-17: says whose pull requests from forks wait for approval", async () => {
    const folder = await prepared((config) => config, { [OWN_PATH]: OWN });
    await answering({
      ...defaults("write", true),
      "actions/permissions/fork-pr-contributor-approval": { approval_policy: "first_time_contributors" },
    });
    const { out } = await called(runDoctor, "--repo", "ada/game", folder);
    expect(out).toContain("FORKS_WAIT");
    expect(out).toContain("people who never contributed here");
    change(folder, OWN_PATH, (text) => text.replace("pull_request: {}, ", ""));
    expect(await live(folder)).toEqual([]);
  });
});

describe("attractor doctor, of what GitHub hears", () => {
  it("R-EASE-10: names a coordinator and a graph that are not pushed", async () => {
    const folder = await prepared((config) => config);
    change(folder, COORDINATOR_PATH, (text) => `${text}# mine\n`);
    mkdirSync(join(folder, "packages/api"), { recursive: true });
    writeFileSync(join(folder, "packages/api/check.dot"), "digraph g {}");
    const { out } = await called(runDoctor, folder);
    expect(out).toContain(`not committed: ${COORDINATOR_PATH}, packages/api/check.dot`);
  });

  it("R-GH-6: names a workflow that is called otherwise than the coordinator listens for", async () => {
    const folder = await prepared((config) => config);
    change(folder, CALLER_PATH, (text) => text.replace("name: Attractor\n", "name: Graphs\n"));
    pushed(folder);
    expect(await codes(folder)).toEqual(["CALLER_NAME"]);
  });

  it("R-GH-3: names what is left of the workflow's own coordinator once the app decides", async () => {
    const folder = await prepared(inJobs("  coordinator: app\n"));
    expect(await codes(folder)).toEqual(["COORDINATOR_LEFT", "COORDINATOR_LEFT"]);
    rmSync(join(folder, COORDINATOR_PATH));
    rmSync(join(folder, CLOCK_PATH));
    pushed(folder);
    expect(await codes(folder)).toEqual([]);
  });

  it("R-GH-1: takes a repository that runs graphs in one job for what it is", async () => {
    const folder = repository();
    mkdirSync(join(folder, ".github/workflows"), { recursive: true });
    writeFileSync(join(folder, OWN_PATH), OWN);
    pushed(folder);
    expect(await called(runDoctor, folder)).toMatchObject({
      code: 0,
      out: expect.stringContaining(OWN_PATH),
    });
  });

  it("R-GH-17: says of a server of somebody's own that nothing was tried there", async () => {
    const folder = await prepared((config) => config);
    await answering(defaults("write", true));
    expect(await live(folder)).toEqual([]);
    process.env.GITHUB_API_URL += "/api/v3";
    expect(await live(folder)).toEqual(["SERVER_UNTRIED"]);
  });

  it("R-GH-17: names jobs that are to run where no stage can be a user of its own", async () => {
    const folder = await prepared(inJobs("  runs_on: macos-latest\n"));
    expect(await codes(folder)).toEqual(["RUNNER_NOT_LINUX"]);
  });

  it("R-GH-17: wants all labels of a job on one runner, and asks nothing of a group's", async () => {
    const folder = await prepared(inJobs("  runs_on: [self-hosted, gpu]\n"));
    const runner = (...names: string[]) => ({ status: "online", labels: names.map((name) => ({ name })) });
    const answers: Record<string, unknown> = {
      ...defaults("write", true),
      "actions/runners": { total_count: 2, runners: [runner("self-hosted"), runner("gpu")] },
    };
    const asked = await answering(answers);
    expect((await live(folder)).filter((code) => code !== "RUNNER_LABEL")).toEqual(["RUNNER_ABSENT"]);
    answers["actions/runners"] = { total_count: 1, runners: [runner("gpu", "self-hosted")] };
    expect((await live(folder)).filter((code) => code !== "RUNNER_LABEL")).toEqual([]);
    asked.length = 0;
    await live(
      await prepared(inJobs("  runs_on: { group: big, labels: gpu }\n  small_runs_on: ubuntu-latest\n")),
    );
    expect(asked).not.toContain("actions/runners");
  });
});
