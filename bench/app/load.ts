/**
 * Sends webhooks from a process of its own and prints what it saw as JSON. With a rate the load is open: each delivery has
 * its moment, whatever became of the ones before, and its time counts from that moment (no coordinated omission).
 * Without one, as many at once as `beside` says, each after the other.
 */
import { createHmac, randomUUID } from "node:crypto";
import { Agent, request } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";

export interface Load {
  readonly port: number;
  readonly secret: string;
  readonly seconds: number;
  /** A second; null: closed loop. */
  readonly rate: number | null;
  /** Runs that some of the deliveries are about, so that the app has work to do. */
  readonly runs: readonly string[];
  /** One of how many deliveries is about a run. */
  readonly workEvery: number;
}

export interface Seen {
  readonly sent: number;
  readonly perSecond: number;
  readonly p50: number;
  readonly p99: number;
  readonly max: number;
  readonly lost: number;
  /** How late this process itself sent, at worst: what the receiver cannot be blamed for. */
  readonly lateMs: number;
}

const BESIDE = 32;
const base = {
  action: "completed",
  installation: { id: 1 },
  repository: { full_name: "ada/game", owner: { login: "ada" }, name: "game" },
  sender: { login: "ada", type: "User" },
  // About as long as GitHub's own.
  filler: "x".repeat(8_000),
};

const load = JSON.parse(process.argv[2] ?? "{}") as Load & { installation: number };
const { port, secret, seconds, rate, runs, workEvery, installation } = load;
const signed = (name: string, body: object) => {
  const raw = JSON.stringify({ ...base, installation: { id: installation }, ...body });
  return { name, raw, signature: `sha256=${createHmac("sha256", secret).update(raw).digest("hex")}` };
};
/** Talk and other people's workflow runs: what most deliveries are. */
const talk = [
  signed("issue_comment", {
    action: "created",
    issue: { number: 1, pull_request: {} },
    comment: {
      id: 1,
      body: "looks good to me",
      created_at: "2026-01-01T00:00:00Z",
      user: { login: "ada", type: "User" },
    },
  }),
  signed("workflow_run", { workflow_run: { id: 1, display_title: "CI" } }),
];
const work = runs.map((run) =>
  signed("workflow_run", { workflow_run: { id: 2, display_title: `Attractor ${run} hop 1.1` } }),
);

const agent = new Agent({ keepAlive: true, maxSockets: 512 });
const times: number[] = [];
let lost = 0;
let lateMs = 0;

function send(n: number, from: number): Promise<void> {
  const { name, raw, signature } =
    work.length > 0 && n % workEvery === 0 ? work[(n / workEvery) % work.length]! : talk[n % talk.length]!;
  return new Promise((resolve) => {
    const sent = request(
      {
        ...{ port, host: "127.0.0.1", path: "/webhooks", method: "POST", agent },
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
          if (answer.statusCode === 200) times.push(performance.now() - from);
          else lost++;
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
}

async function open(each: number): Promise<void> {
  const began = performance.now();
  const going: Promise<void>[] = [];
  for (let n = 0; n < each * seconds; ) {
    const due = began + (n * 1000) / each;
    const now = performance.now();
    if (due > now) {
      await sleep(Math.max(1, due - now));
      continue;
    }
    lateMs = Math.max(lateMs, now - due);
    going.push(send(n++, due));
  }
  await Promise.all(going);
}

async function closed(): Promise<void> {
  const until = performance.now() + seconds * 1000;
  await Promise.all(
    Array.from({ length: BESIDE }, async (_, i) => {
      for (let n = i; performance.now() < until; n += BESIDE) await send(n, performance.now());
    }),
  );
}

const began = performance.now();
await (rate === null ? closed() : open(rate));
const took = performance.now() - began;
agent.destroy();
times.sort((a, b) => a - b);
const at = (share: number) => times[Math.min(times.length - 1, Math.floor(times.length * share))] ?? 0;
const seen: Seen = {
  sent: times.length + lost,
  perSecond: (times.length / took) * 1000,
  ...{ p50: at(0.5), p99: at(0.99), max: at(1), lost, lateMs },
};
console.log(JSON.stringify(seen));
