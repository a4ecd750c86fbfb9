/** GitHub in a box: one process, one port on loopback. */
import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createJobPort } from "./actions/job-records.ts";
import { billedJobs } from "./actions/minutes.ts";
import type { ActionsPort } from "./actions/port.ts";
import { repositoryRef } from "./actions/repository-ref.ts";
import { reviewDeployment } from "./actions/reviews.ts";
import { createRunPort, runById } from "./actions/run-records.ts";
import { keepSchedules } from "./actions/schedule.ts";
import { approveRun } from "./actions/start-run.ts";
import { startWorkflows } from "./actions/triggers.ts";
import { serveBlob, serveTwirp } from "./artifacts/serve.ts";
import { issueToken } from "./auth/tokens.ts";
import { createBackground } from "./background.ts";
import type { Box, BoxOptions } from "./box.ts";
import { clickButton, rerequest, rerequestSuite } from "./checks/buttons.ts";
import { createClock } from "./clock.ts";
import { createFaults } from "./faults/faults.ts";
import { createGitAccess, type GitLogEntry } from "./git-access.ts";
import { createLimiter, GITHUB_LIMITS } from "./http/limits.ts";
import { type LogEntry, serveRest } from "./http/pipeline.ts";
import { openIssue } from "./issues/open.ts";
import { POLICY } from "./policy.ts";
import { createRandom } from "./random.ts";
import { setRefusals } from "./repos/update-hook.ts";
import { actionsApp, chooseRepositories, installApp, registerApp, uninstallApp } from "./setup/apps.ts";
import { setEnvironment } from "./setup/environments.ts";
import { moveRepository } from "./setup/move.ts";
import { account } from "./setup/people.ts";
import { commitFiles, createRepository, forkRepository } from "./setup/repositories.ts";
import type { GitHubEvent } from "./state/event.ts";
import { findRepository, type Violation, type World } from "./state/world.ts";
import { createDeliverer } from "./webhooks/deliver.ts";

type Mounted = (request: IncomingMessage, response: ServerResponse) => void;

const FIRST_ID = 10_000_000_000;

export async function startBox(options: BoxOptions = {}): Promise<Box> {
  const clock = createClock(options.clock);
  const policy = { ...POLICY, ...options.policy };
  const random = createRandom(options.seed ?? 1);
  const root = mkdtempSync(join(tmpdir(), "github-box-"));
  const requests: LogEntry[] = [];
  const violations: Violation[] = [];
  const gitRequests: GitLogEntry[] = [];
  const listeners = new Set<(event: GitHubEvent) => void>();
  const mounts = new Map<string, Mounted>();
  const { faults, meet } = createFaults(random);
  const closing = new AbortController();
  let ids = FIRST_ID;
  const nextId = () => ++ids;

  const server = createServer((request, response) => {
    const url = request.url ?? "/";
    background.add(route(request, response, url));
  });
  await new Promise<void>((ready) => server.listen(options.port ?? 0, "127.0.0.1", ready));
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

  const background = createBackground((error) => {
    const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
    violations.push({ side: "response", where: "in the background", problems: [text] });
  });
  const app = actionsApp(nextId, clock.now());
  const world: World = {
    clock,
    root,
    serviceKey: randomBytes(32),
    urls: { origin, api: `${origin}/api`, server: origin },
    nextId,
    random,
    users: new Map([[app.bot.login, app.bot]]),
    apps: new Map(),
    installations: new Map(),
    repositories: new Map(),
    movedFrom: new Map(),
    tokens: new Map(),
    deliveries: new Map(),
    actionsApp: app,
    policy,
    faults,
    closing: closing.signal,
    executor: undefined,
    publish(event) {
      for (const listener of listeners) listener(event);
      deliverer.deliver(event);
      background.add(startWorkflows(world, event));
    },
    background: background.add,
    redeliver: (delivery) => deliverer.redeliver(delivery),
    report: (violation) => violations.push(violation),
  };
  const deliverer = createDeliverer(world);
  const git = createGitAccess(world, join(root, "git"), (entry) => gitRequests.push(entry));
  const limits = options.limits === "off" ? undefined : { ...GITHUB_LIMITS, ...options.limits };
  const pipeline = {
    world,
    limiter: limits && createLimiter(clock, limits),
    meet,
    log: (entry: LogEntry) => requests.push(entry),
  };

  async function route(request: IncomingMessage, response: ServerResponse, url: string): Promise<void> {
    const { pathname } = new URL(url, origin);
    if (pathname.startsWith("/api/")) return serveRest(pipeline, request, response, url.slice("/api".length));
    if (pathname.startsWith("/twirp/")) return serveTwirp(world, request, response, pathname);
    if (pathname.startsWith("/blobs/")) return serveBlob(world, request, response, new URL(url, origin));
    for (const [prefix, handler] of mounts) {
      if (pathname === prefix || pathname.startsWith(`${prefix}/`)) return handler(request, response);
    }
    if (!(await git(request, response))) response.writeHead(404).end("Not Found");
  }

  const actions: ActionsPort = {
    clock,
    policy,
    urls: { api: world.urls.api, server: origin, results: `${origin}/` },
    repository(fullName) {
      const [owner = "", name = ""] = fullName.split("/");
      const found = findRepository(world, owner, name);
      return found && repositoryRef(found, false);
    },
    ...createRunPort(world),
    ...createJobPort(world),
    mount(prefix, handler) {
      mounts.set(prefix, handler);
      return `${origin}${prefix}`;
    },
  };
  world.executor = options.executor?.(actions);
  keepSchedules(world);

  return {
    url: origin,
    apiUrl: world.urls.api,
    repoUrl: (owner, name) => `${origin}/${owner}/${name}.git`,
    clock,
    faults,
    actions,
    billed: (runId) => billedJobs(runById(world, runId)),
    world,
    requests,
    gitRequests,
    violations,
    user: (login) => account(world, login),
    organization: (login) => account(world, login, "Organization"),
    tokenOf: (user) => issueToken(world, { kind: "user", user }),
    createRepository: (input) => createRepository(world, input),
    fork: (parent, owner) => forkRepository(world, parent, owner),
    move: (repository, to) => moveRepository(world, repository, to),
    setRole(repository, user, role) {
      if (role === "none") repository.roles.delete(user.id);
      else repository.roles.set(user.id, role);
    },
    commit: (repository, input) => commitFiles(world, repository, input),
    setRefusals,
    setActions(repository, settings) {
      repository.actionsSettings = { ...repository.actionsSettings, ...settings };
    },
    setEnvironment: (repository, name, settings) => setEnvironment(world, repository, name, settings),
    openIssue: (repository, by, title) => openIssue(world, repository, by, title).number,
    registerApp: (input) => registerApp(world, input),
    install: (one, on, repositories = "all") => installApp(world, one, on, repositories, on),
    chooseRepositories: (installation, repositories) =>
      chooseRepositories(world, installation, repositories, installation.account),
    uninstall: (installation) => uninstallApp(world, installation, installation.account),
    browser: {
      clickButton: (user, check, identifier) => clickButton(world, user, check, identifier),
      rerequest: (user, check) => rerequest(world, user, check),
      rerequestSuite: (user, check) => rerequestSuite(world, user, check),
      approveRun: (user, runId) => approveRun(world, user, runById(world, runId)),
      reviewDeployment: (user, runId, name, state, comment = "") =>
        reviewDeployment(user, runById(world, runId), name, state, comment),
    },
    onEvent(listener) {
      listeners.add(listener);
      return () => {
        listeners.delete(listener);
      };
    },
    idle: background.idle,
    assertClean() {
      if (violations.length > 0)
        throw new Error(`GitHub's contract was broken:\n${violations.map(words).join("\n")}`);
    },
    takeViolations: () => violations.splice(0),
    async close() {
      await world.executor?.close();
      clock.close();
      closing.abort();
      await new Promise<void>((closed) => {
        server.close(() => closed());
        server.closeAllConnections();
      });
      await background.idle();
      rmSync(root, { recursive: true, force: true });
    },
  };
}

const words = ({ side, where, problems }: Violation): string => `${side} ${where}: ${problems.join("; ")}`;
