/** Everything that the demo plays with: GitHub in a box, the product in it, the app, a person and their pull request. */

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { Octokit } from "octokit";
import { runPages } from "../app/pages/pages.ts";
import { pageLinks } from "../app/pages/sign.ts";
import { type RunningApp, startApp } from "../app/probot/server.ts";
import { registration } from "../app/registration.ts";
import type { Box } from "../box/box.ts";
import { createExecutor } from "../box/executor/executor.ts";
import { standIns } from "../box/executor/stand-ins.ts";
import { startBox } from "../box/server.ts";
import type { User } from "../box/state/model.ts";
import type { CheckRun, Repository } from "../box/state/records.ts";
import { type Bestiary, createBestiary } from "./bestiary.ts";
import { repositoryFiles } from "./files.ts";
import { freePort } from "./free-port.ts";
import { productFiles } from "./product.ts";

export interface DemoWorld {
  readonly box: Box;
  /** The list of runs that the app serves. */
  readonly runsUrl: string;
  readonly user: User;
  readonly repository: Repository;
  readonly pull: number;
  readonly bestiary: Bestiary;
  /** What went wrong in the app or broke GitHub's contract; empty when all is well. */
  problems(): readonly string[];
  comment(body: string): Promise<void>;
  click(check: CheckRun, identifier: string): void;
  close(): Promise<void>;
}

export interface WorldOptions {
  /** Where the demo's own pages are: what the app links to as GitHub. */
  readonly siteUrl: string;
  readonly speed: number;
}

const SECRET = "demo-webhook-secret";
/** The four branches side by side, as GitHub would run them. */
const RUNNERS = 4;

export async function startWorld(options: WorldOptions): Promise<DemoWorld> {
  const work = await mkdtemp(join(tmpdir(), "attractor-demo-"));
  const opened: (() => Promise<void>)[] = [];
  const close = async (): Promise<void> => {
    for (const each of opened.splice(0)) await each();
    await rm(work, { recursive: true, force: true, maxRetries: 10, retryDelay: 200 });
  };
  try {
    return await furnish(options, work, opened, close);
  } catch (error) {
    await close();
    throw error;
  }
}

async function furnish(
  { siteUrl, speed }: WorldOptions,
  work: string,
  opened: (() => Promise<void>)[],
  close: () => Promise<void>,
): Promise<DemoWorld> {
  const box = await startBox({
    limits: "off",
    executor: (actions) =>
      createExecutor(actions, {
        registry: standIns,
        runners: RUNNERS,
        labels: ["ubuntu-latest"],
        workRoot: work,
        hostPath: `${dirname(process.execPath)}:${process.env.PATH}`,
      }),
  });
  opened.push(() => box.close());
  const maker = box.organization("attractor");
  await box.createRepository({
    owner: maker,
    name: "attractor",
    private: false,
    defaultBranch: "v1",
    files: productFiles(),
  });
  const user = box.user("ada");
  const repository = await box.createRepository({
    owner: user,
    name: "dungeon",
    files: repositoryFiles({ speed, bestiary: `${siteUrl}/bestiary` }),
  });
  const me = new Octokit({
    auth: box.tokenOf(user),
    baseUrl: box.apiUrl,
    retry: { enabled: false },
    throttle: { enabled: false },
  });
  const at = { owner: user.login, repo: repository.name };
  await box.commit(repository, {
    by: user,
    branch: "second-level",
    message: "Ask for a second level",
    files: { "docs/second-level.md": "# The second level\n\nTwo rooms, three monsters, gold.\n" },
  });
  const failures: string[] = [];
  const { app, runsUrl } = await startAppFor(box, repository, siteUrl, (line) => failures.push(line));
  opened.push(() => app.close());
  const { data } = await me.request("POST /repos/{owner}/{repo}/pulls", {
    ...at,
    title: "A second level",
    head: "second-level",
    base: repository.defaultBranch,
    body: "Two rooms, three monsters, gold. `graphs/dungeon.dot` makes it: a plan first, then four parts side by side.",
  });
  return {
    box,
    runsUrl,
    user,
    repository,
    pull: data.number,
    bestiary: createBestiary(),
    problems: () => [
      ...failures,
      ...box.violations.map(({ side, where, problems }) => `${side} ${where}: ${problems.join("; ")}`),
    ],
    async comment(body) {
      await me.request("POST /repos/{owner}/{repo}/issues/{issue_number}/comments", {
        ...at,
        issue_number: data.number,
        body,
      });
    },
    click: (check, identifier) => box.browser.clickButton(user, check, identifier),
    close,
  };
}

/** The webhook's address must be known before the app can be registered, and the app's id before it can start. */
async function startAppFor(
  box: Box,
  repository: Repository,
  siteUrl: string,
  report: (line: string) => void,
): Promise<{ app: RunningApp; runsUrl: string }> {
  const { owner } = repository;
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const asked = registration();
  const { app, privateKey } = box.registerApp({
    slug: "attractor",
    owner,
    permissions: asked.default_permissions,
    events: asked.default_events,
    hook: { url: `${url}/webhooks`, secret: SECRET },
  });
  const links = { publicUrl: url, webhookSecret: SECRET, now: Date.now };
  const running = await startApp({
    appId: app.id,
    privateKey,
    webhookSecret: SECRET,
    port,
    apiUrl: box.apiUrl,
    serverUrl: siteUrl,
    pages: runPages({ ...links, serverUrl: siteUrl, lookEveryMs: 1000 }),
    sweepEveryMs: 60_000,
    report: (message, error) =>
      report(`${message}: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`),
  });
  box.install(app, owner);
  return { app: running, runsUrl: pageLinks(links).list(repository.fullName) };
}
