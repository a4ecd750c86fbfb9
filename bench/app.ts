/**
 * How many webhooks the app takes a second and how late the slowest hundredth is answered, beside bare Probot with an
 * empty handler in the same process and minute.
 * `node bench/app.ts [seconds]`
 */
import { createHmac, generateKeyPairSync, randomUUID } from "node:crypto";
import { Agent, createServer, request } from "node:http";
import type { AddressInfo } from "node:net";
import { createNodeMiddleware, Probot } from "probot";
import { startApp } from "../app/probot/server.ts";

const seconds = Number(process.argv[2] ?? 5);
const SECRET = "bench";
const BESIDE = 32;

/** A comment that is talk and a workflow run that is not ours: what most deliveries are. */
const BODIES = [
  {
    name: "issue_comment",
    body: {
      action: "created",
      installation: { id: 1 },
      repository: { full_name: "a/b", owner: { login: "a" }, name: "b" },
      issue: { number: 1, pull_request: {} },
      comment: {
        id: 1,
        body: "looks good to me",
        created_at: "2026-01-01T00:00:00Z",
        user: { login: "ada", type: "User" },
      },
      sender: { login: "ada", type: "User" },
    },
  },
  {
    name: "workflow_run",
    body: {
      action: "completed",
      installation: { id: 1 },
      repository: { full_name: "a/b", owner: { login: "a" }, name: "b" },
      workflow_run: { id: 1, display_title: "CI" },
      sender: { login: "ada", type: "User" },
    },
  },
].map(({ name, body }) => {
  // About as long as GitHub's own.
  const raw = JSON.stringify({ ...body, filler: "x".repeat(8_000) });
  return { name, raw, signature: `sha256=${createHmac("sha256", SECRET).update(raw).digest("hex")}` };
});

interface Measured {
  readonly perSecond: number;
  readonly p50: number;
  readonly p99: number;
  readonly lost: number;
}

async function load(port: number): Promise<Measured> {
  const agent = new Agent({ keepAlive: true, maxSockets: BESIDE });
  const times: number[] = [];
  let lost = 0;
  const one = (n: number) =>
    new Promise<void>((resolve) => {
      const { name, raw, signature } = BODIES[n % BODIES.length]!;
      const began = performance.now();
      const sent = request(
        {
          port,
          host: "127.0.0.1",
          path: "/webhooks",
          method: "POST",
          agent,
          headers: {
            "content-type": "application/json",
            "content-length": Buffer.byteLength(raw),
            "x-github-delivery": randomUUID(),
            "x-github-event": name,
            "x-hub-signature-256": signature,
          },
        },
        (answer) => {
          answer.resume();
          answer.on("end", () => {
            if (answer.statusCode !== 200) lost++;
            times.push(performance.now() - began);
            resolve();
          });
        },
      );
      sent.on("error", () => {
        lost++;
        resolve();
      });
      sent.end(raw);
    });
  const until = performance.now() + seconds * 1000;
  const began = performance.now();
  await Promise.all(
    Array.from({ length: BESIDE }, async (_, i) => {
      for (let n = i; performance.now() < until; n++) await one(n);
    }),
  );
  const took = performance.now() - began;
  agent.destroy();
  times.sort((a, b) => a - b);
  const at = (share: number) => times[Math.floor(times.length * share)] ?? 0;
  return { perSecond: (times.length / took) * 1000, p50: at(0.5), p99: at(0.99), lost };
}

const say = (name: string, { perSecond, p50, p99, lost }: Measured): void => {
  console.log(
    `${name.padEnd(24)} ${perSecond.toFixed(0).padStart(6)} webhooks/s   p50 ${p50.toFixed(1)} ms   p99 ${p99.toFixed(1)} ms   lost ${lost}`,
  );
};

const { privateKey } = generateKeyPairSync("rsa", {
  modulusLength: 2048,
  publicKeyEncoding: { type: "spki", format: "pem" },
  privateKeyEncoding: { type: "pkcs8", format: "pem" },
});
/** A GitHub that has nothing. */
const nothing = createServer((_, response) =>
  response.writeHead(200, { "content-type": "application/json" }).end("[]"),
);
await new Promise<void>((resolve) => nothing.listen(0, "127.0.0.1", resolve));
const apiUrl = `http://127.0.0.1:${(nothing.address() as AddressInfo).port}`;

const probot = new Probot({ appId: 1, privateKey, secret: SECRET, logLevel: "fatal" });
const bare = createServer(
  await createNodeMiddleware(
    async (app) => void app.on(["issue_comment.created", "workflow_run.completed"], () => undefined),
    { probot, webhooksPath: "/webhooks" },
  ),
);
await new Promise<void>((resolve) => bare.listen(0, "127.0.0.1", resolve));
const app = await startApp({
  appId: 1,
  privateKey,
  webhookSecret: SECRET,
  port: 0,
  apiUrl,
  serverUrl: apiUrl,
  sweepEveryMs: 3_600_000,
  report: (message, error) => console.error(message, error),
});
const bareAt = (bare.address() as AddressInfo).port;
const appAt = Number(new URL(app.url).port);

// Both warm, then by turns, so that neither has the better minute.
await load(bareAt);
await load(appAt);
const ratios: number[] = [];
for (let turn = 1; turn <= 3; turn++) {
  const empty = await load(bareAt);
  const full = await load(appAt);
  say("bare Probot, empty", empty);
  say("attractor app", full);
  ratios.push(full.perSecond / empty.perSecond);
}
ratios.sort((a, b) => a - b);
console.log(`ratio of webhooks/s, median of three: ${ratios[1]!.toFixed(2)}`);
await app.close();
bare.close();
bare.closeAllConnections();
nothing.close();
nothing.closeAllConnections();
