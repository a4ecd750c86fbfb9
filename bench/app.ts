/**
 * How many webhooks the app takes a second and how late the slowest hundredth is acknowledged, beside bare Probot with an
 * empty handler in the same minutes. Receivers, sender and GitHub (the box, in this process) are processes of their own.
 * Open load at 500 a second, of which one in fifty makes the app look at a run with a long log; then as fast as it goes.
 * `node bench/app.ts [seconds]`; exit 1 when a bound is missed.
 */
import { type ChildProcess, execFile, spawn } from "node:child_process";
import { generateKeyPairSync } from "node:crypto";
import { join } from "node:path";
import { promisify } from "node:util";
import { Octokit } from "octokit";
import { registration } from "../app/registration.ts";
import { startBox } from "../box/server.ts";
import { freePort } from "../demo/free-port.ts";
import type { Load, Seen } from "./app/load.ts";
import { graphOf, longWay, storeRun } from "./app/open-runs.ts";

const BOUNDS = { rate: 500, p99Ms: 50 };
const SECONDS = Number(process.argv[2] ?? 10);
const SECRET = "bench";
const RUNS = 10;
const VISITS = 500;
const WORK_EVERY = 50;
const MAIN = join(import.meta.dirname, "../cli/main.ts");
const BARE = join(import.meta.dirname, "app/bare.ts");
const LOAD = join(import.meta.dirname, "app/load.ts");

async function up(port: number): Promise<void> {
  const ask = () =>
    fetch(`http://127.0.0.1:${port}/healthz`).then(
      (answer) => answer.ok,
      () => false,
    );
  while (!(await ask())) await new Promise((resolve) => setTimeout(resolve, 20));
}

/** A repository with long runs that wait, and an app that is installed there. */
async function world(appPort: number) {
  const box = await startBox({ limits: "off" });
  const ada = box.user("ada");
  const source = graphOf(VISITS);
  const repository = await box.createRepository({
    owner: ada,
    name: "game",
    files: { "g.dot": source },
  });
  const me = new Octokit({
    auth: box.tokenOf(ada),
    baseUrl: box.apiUrl,
    ...{ retry: { enabled: false }, throttle: { enabled: false } },
  });
  const head = await box.commit(repository, { by: ada, branch: "feature", message: "m", files: { a: "1" } });
  const at = { owner: "ada", repo: "game" };
  const { data: pull } = await me.request("POST /repos/{owner}/{repo}/pulls", {
    ...{ ...at, title: "t", head: "feature", base: "main" },
  });
  const runs = Array.from({ length: RUNS }, (_, n) => `c${n + 1}`);
  let events = 0;
  for (const run of runs) {
    const log = longWay(source, VISITS, run, {
      ...{ repository: "ada/game", graph_sha: pull.base.sha, pull_request: pull.number, head_sha: head },
      ...{ durability: "stage", workflow: "attractor-run.yml", workflow_ref: "main" },
    });
    events = log.length;
    await storeRun(me, "ada/game", run, log);
  }
  const asked = registration();
  const { app, privateKey } = box.registerApp({
    slug: "attractor",
    owner: ada,
    permissions: asked.default_permissions,
    events: asked.default_events,
    hook: { url: `http://127.0.0.1:${appPort}/webhooks`, secret: SECRET },
  });
  const installation = box.install(app, ada);
  return { box, runs, events, appId: app.id, privateKey, installation: installation.id };
}

async function load(settings: Load & { installation: number }): Promise<Seen> {
  const { stdout } = await promisify(execFile)(process.execPath, [LOAD, JSON.stringify(settings)]);
  return JSON.parse(stdout) as Seen;
}

const say = (name: string, { perSecond, p50, p99, max, lost, lateMs }: Seen): void => {
  const ms = (value: number) => value.toFixed(1).padStart(6);
  console.log(
    `${name.padEnd(36)} ${perSecond.toFixed(0).padStart(5)}/s   p50 ${ms(p50)}   p99 ${ms(p99)}   worst ${ms(max)} ms   lost ${lost}   sent ${lateMs.toFixed(0)} ms late at worst`,
  );
};

const appPort = await freePort();
const barePort = await freePort();
const { box, runs, events, appId, privateKey, installation } = await world(appPort);
const children: ChildProcess[] = [];
const start = (args: readonly string[], env: NodeJS.ProcessEnv): void => {
  children.push(
    spawn(process.execPath, args, {
      stdio: ["ignore", "ignore", "inherit"],
      env: { PATH: process.env.PATH, ...env },
    }),
  );
};
const failures: string[] = [];
const hold = (good: boolean, what: string): void => {
  if (!good) failures.push(what);
};
try {
  const { privateKey: key } = generateKeyPairSync("rsa", {
    modulusLength: 2048,
    publicKeyEncoding: { type: "spki", format: "pem" },
    privateKeyEncoding: { type: "pkcs8", format: "pem" },
  });
  start([BARE, String(barePort), SECRET, key], {});
  start([MAIN, "app"], {
    APP_ID: String(appId),
    PRIVATE_KEY: privateKey,
    WEBHOOK_SECRET: SECRET,
    PORT: String(appPort),
    GITHUB_API_URL: box.apiUrl,
    GITHUB_SERVER_URL: box.url,
  });
  await Promise.all([up(barePort), up(appPort)]);
  const common = { secret: SECRET, seconds: SECONDS, workEvery: WORK_EVERY, installation, runs };
  console.log(`${RUNS} runs of ${events} events each wait at a question; ${SECONDS} s each`);
  const atRate = { ...common, rate: BOUNDS.rate };
  // The app is just up and reads every log for the first time: no warming, people do not wait for it either.
  const cold = await load({ ...atRate, port: appPort });
  say(`app, ${BOUNDS.rate}/s, just started`, cold);
  const bare = await load({ ...atRate, port: barePort });
  say(`bare Probot, ${BOUNDS.rate}/s`, bare);
  const warm = await load({ ...atRate, port: appPort });
  say(`app, ${BOUNDS.rate}/s`, warm);
  say("bare Probot, as fast as it goes", await load({ ...common, rate: null, runs: [], port: barePort }));
  say("app, as fast as it goes", await load({ ...common, rate: null, runs: [], port: appPort }));
  hold(cold.lost + warm.lost === 0, `${cold.lost + warm.lost} lost`);
  if (bare.p99 < BOUNDS.p99Ms)
    hold(warm.p99 < BOUNDS.p99Ms, `p99 ${warm.p99.toFixed(1)} ms, the bound is ${BOUNDS.p99Ms}`);
  else console.log("the machine is too busy to hold the bound: bare Probot does not keep it either");
  hold(box.violations.length === 0, `GitHub's contract was broken ${box.violations.length} times`);
} finally {
  for (const child of children) child.kill("SIGKILL");
  await box.close();
}
for (const failure of failures) console.error(failure);
process.exitCode = failures.length > 0 ? 1 : 0;
