/** A repository with a pull request, the app beside it, and hops that are played at once. */

import { Octokit } from "octokit";
import { onTestFinished } from "vitest";
import { type AppOptions, type RunningApp, startApp } from "../../../app/probot/server.ts";
import { registration } from "../../../app/registration.ts";
import type { Box, BoxOptions } from "../../../box/box.ts";
import { startBox } from "../../../box/server.ts";
import type { User } from "../../../box/state/model.ts";
import type { CheckRun, Repository } from "../../../box/state/records.ts";
import { freePort } from "../../../demo/free-port.ts";
import type { RunEvent } from "../../../engine/core/events.ts";
import { parseEvent } from "../../../engine/core/events.ts";
import { type Hops, hops } from "./hops.ts";
import { pipelineOf } from "./world.ts";

const CALLER = `name: Attractor
on: { workflow_dispatch: { inputs: { hop: { type: string, default: "" } } } }
jobs: {}
`;
export const SECRET = "hush";
export interface Scene {
  readonly box: Box;
  readonly ada: User;
  readonly repository: Repository;
  readonly pull: number;
  readonly hops: Hops;
  readonly failures: string[];
  readonly records: Readonly<Record<string, unknown>>[];
  readonly credentials: { readonly appId: number; readonly privateKey: string; readonly port: number };
  app: RunningApp | null;
  start(more?: Partial<AppOptions>): Promise<RunningApp>;
  as(user: User): Octokit;
  comment(body: string, by?: User): Promise<number>;
  push(file: string): Promise<string>;
  /** Bodies of the comments of the app that are no sticky comment, oldest first. */
  replies(): string[];
  sticky(runId: string): string | undefined;
  reactions(comment: number): string[];
  /** Of the app, for this run, oldest first. */
  checks(runId: string): CheckRun[];
  log(runId: string): Promise<RunEvent[]>;
  settle(): Promise<void>;
  until(what: () => boolean | Promise<boolean>): Promise<void>;
  /** Before the test ends, which closes it otherwise. */
  close(): Promise<void>;
}

const at = { owner: "ada", repo: "game" };

export async function scene(
  dot: string,
  options: BoxOptions & { readonly started?: boolean; readonly child?: string } = {},
): Promise<Scene> {
  let token = "";
  let apiUrl = "";
  const quick = hops(() => client(token, apiUrl));
  quick.pipeline = pipelineOf(dot);
  if (options.child) quick.child = pipelineOf(options.child);
  const box = await startBox({ limits: "off", executor: quick.connect, ...options });
  apiUrl = box.apiUrl;
  const ada = box.user("ada");
  token = box.tokenOf(ada);
  const repository = await box.createRepository({
    owner: ada,
    name: "game",
    private: false,
    files: { "g.dot": dot, "child.dot": options.child ?? "", ".github/workflows/attractor-run.yml": CALLER },
  });
  const port = await freePort();
  const asked = registration();
  const { app, privateKey } = box.registerApp({
    slug: "attractor",
    owner: ada,
    permissions: asked.default_permissions,
    events: asked.default_events,
    hook: { url: `http://127.0.0.1:${port}/webhooks`, secret: SECRET },
  });
  box.install(app, ada);
  await box.commit(repository, { by: ada, branch: "feature", message: "m", files: { "a.txt": "1" } });
  const me = client(token, apiUrl);
  const { data } = await me.request("POST /repos/{owner}/{repo}/pulls", {
    ...at,
    title: "t",
    head: "feature",
    base: "main",
  });
  let closed: Promise<void> | null = null;
  const failures: string[] = [];
  const records: Readonly<Record<string, unknown>>[] = [];
  const made: Scene = {
    box,
    ada,
    repository,
    pull: data.number,
    hops: quick,
    failures,
    records,
    credentials: { appId: app.id, privateKey, port },
    app: null,
    async start(more = {}) {
      made.app = await startApp({
        appId: app.id,
        privateKey,
        webhookSecret: SECRET,
        port,
        apiUrl,
        serverUrl: box.url,
        sweepEveryMs: 3_600_000,
        writeGapMs: 0,
        report: (message, error) =>
          failures.push(`${message}: ${error instanceof Error ? error.stack : String(error)}`),
        log: (record) => records.push(record),
        ...more,
      });
      return made.app;
    },
    as: (user) => client(box.tokenOf(user), apiUrl),
    async comment(body, by = ada) {
      const answer = await made.as(by).request("POST /repos/{owner}/{repo}/issues/{issue_number}/comments", {
        ...at,
        issue_number: data.number,
        body,
      });
      return Number(answer.data.id);
    },
    push: (file) =>
      box.commit(repository, { by: ada, branch: "feature", message: file, files: { [file]: file } }),
    replies: () =>
      [...repository.comments.values()]
        .filter((one) => one.user.type === "Bot" && !one.body.startsWith("<!--"))
        .map((one) => one.body),
    sticky: (runId) =>
      [...repository.comments.values()].find((one) => one.body.startsWith(`<!-- attractor:run:${runId} -->`))
        ?.body,
    reactions: (comment) => repository.comments.get(comment)?.reactions.map((one) => one.content) ?? [],
    checks: (runId) => [...repository.checks.values()].filter((one) => one.externalId === runId),
    async log(runId) {
      const { events } = await quick.ledger(runId).read();
      return events.map((line) => parseEvent(line));
    },
    async settle() {
      for (let still = 0; still < 3; ) {
        const before = box.requests.length;
        await box.idle();
        await made.app?.host.idle();
        await new Promise((resolve) => setTimeout(resolve, 20));
        still = box.requests.length === before ? still + 1 : 0;
      }
    },
    async until(what) {
      while (!(await what())) await new Promise((resolve) => setTimeout(resolve, 10));
    },
    close() {
      closed ??= Promise.resolve(made.app?.close()).then(() => box.close());
      return closed;
    },
  };
  onTestFinished(() => made.close());
  if (options.started !== false) {
    await made.start();
    await made.settle();
  }
  return made;
}

const client = (auth: string, baseUrl: string): Octokit =>
  new Octokit({ auth, baseUrl, retry: { enabled: false }, throttle: { enabled: false }, log: QUIET });
const QUIET = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
};
