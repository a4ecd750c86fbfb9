import { createHmac, randomUUID } from "node:crypto";
import fc from "fast-check";
import nock from "nock";
import { Octokit } from "octokit";
import { createNodeMiddleware, Probot } from "probot";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { attractorApp } from "../../app/probot/app.ts";
import { machineClock } from "../../engine/clock.ts";
import { createHost } from "../../github/host/host.ts";
import { chance } from "../sim/random.ts";

const MANY = 20_000;
const user = { login: "ada", type: "User" };
const base = { installation: { id: 1 }, repository: { full_name: "ada/game" }, sender: user };
const SEEDS: readonly { name: string; payload: Record<string, unknown> }[] = [
  {
    name: "issue_comment",
    payload: {
      ...base,
      action: "created",
      issue: { number: 1, pull_request: {} },
      comment: { id: 5, body: "/attractor run g.dot", created_at: "2026-01-01T00:00:00Z", user },
    },
  },
  {
    name: "check_run",
    payload: {
      ...base,
      action: "requested_action",
      check_run: { external_id: "r1", head_sha: "a".repeat(40) },
      requested_action: { identifier: "choose:0:00000000" },
    },
  },
  { name: "check_run", payload: { ...base, action: "rerequested", check_run: { external_id: "r1" } } },
  {
    name: "check_suite",
    payload: { ...base, action: "rerequested", check_suite: { head_sha: "a".repeat(40) } },
  },
  {
    name: "workflow_run",
    payload: {
      ...base,
      action: "completed",
      workflow_run: {
        id: 1,
        path: ".github/workflows/attractor-run.yml",
        display_title: "Attractor r1 hop 1.1",
      },
    },
  },
  { name: "pull_request", payload: { ...base, action: "synchronize", pull_request: { number: 1 } } },
];
const junk: fc.Arbitrary<unknown> = fc.oneof(
  fc.jsonValue(),
  fc.constantFrom(
    "__proto__",
    "constructor",
    "../../x",
    "a/b/c",
    "\u0000",
    "x".repeat(5000),
    -1,
    1e308,
    "/attractor cancel",
    "$" + "{{ secrets.X }}",
    "c1\nhop 1.1",
    "refs/heads/main",
    [],
    {},
    null,
  ),
);

/** Replaces, removes or adds at some places of the payload, deep or shallow. */
function mutated(value: unknown, pick: () => number, other: () => unknown): unknown {
  if (pick() < 0.04) return other();
  if (Array.isArray(value)) return value.map((each) => mutated(each, pick, other));
  if (value === null || typeof value !== "object") return value;
  const entries = Object.entries(value)
    .filter(() => pick() > 0.02)
    .map(([key, each]) => [key, mutated(each, pick, other)]);
  if (pick() < 0.1) entries.push([pick() < 0.5 ? "__proto__" : "extra", other()]);
  return Object.fromEntries(entries);
}

describe("webhooks from a hostile world", () => {
  beforeAll(() => {
    nock.disableNetConnect();
  });
  afterAll(() => {
    nock.cleanAll();
    nock.enableNetConnect();
  });

  it(`R-GH-8: ${MANY.toLocaleString("en")} mutated payloads never crash and never write; who may not write gets no further than the question`, async () => {
    const writes: string[] = [];
    const asked = new Set<string>();
    // Whatever is asked of GitHub, this person may only read, and nothing else is answered. A write may only refuse.
    const answer = (method: string, path: string, body: string): Response => {
      if (method === "GET") {
        asked.add(path);
        return /\/collaborators\/[^/]+\/permission$/.test(path)
          ? Response.json({ permission: "read" })
          : Response.json({ message: "Not Found" }, { status: 404 });
      }
      const refusing = /\/reactions$/.test(path)
        ? /"content":"(?:-1|confused)"/.test(body)
        : /\/comments$/.test(path) && /people who may write/.test(body);
      if (!refusing) writes.push(`${method} ${path} ${body}`);
      return Response.json({ id: 1 }, { status: 201 });
    };
    const elsewhere: string[] = [];
    nock.emitter.on("no match", (request) => elsewhere.push(String(request)));
    const failures: unknown[] = [];
    const octokit = new Octokit({
      auth: "x",
      baseUrl: "https://api.github.test",
      request: {
        fetch: async (url: string, init: { method?: string; body?: string }) =>
          answer(init.method ?? "GET", new URL(url).pathname, init.body ?? ""),
      },
      retry: { enabled: false },
      throttle: { enabled: false },
      log: { debug() {}, info() {}, warn() {}, error() {} },
    });
    const host = createHost({
      octokit: async () => octokit,
      clock: { ...machineClock, sleep: async () => undefined },
      redact: (text) => text,
      pageUrl: null,
      serverUrl: "https://github.test",
      me: async () => "attractor[bot]",
      report: (_message, error) => failures.push(error),
    });
    const heard = new Map<string, (context: { id: string; payload: unknown }) => unknown>();
    attractorApp(host)({
      onAny: () => undefined,
      on: (names: string | string[], take: (context: { id: string; payload: unknown }) => unknown) => {
        for (const each of [names].flat()) heard.set(each, take);
      },
    } as never);
    const crashes: unknown[] = [];
    const crashed = (error: unknown) => crashes.push(error);
    process.on("unhandledRejection", crashed);
    const luck = chance(7);
    const pool = fc.sample(junk, { numRuns: 3_000, seed: 7 });
    const pick = luck.next;
    const other = () => pool[luck.below(pool.length)];
    for (let i = 0; i < MANY; i++) {
      const { name, payload } = SEEDS[luck.below(SEEDS.length)]!;
      const made = {
        ...Object.fromEntries(
          Object.entries(payload).map(([key, value]) => [key, mutated(value, pick, other)]),
        ),
      };
      // What was not understood is reported, never swallowed.
      Promise.resolve(heard.get(`${name}.${payload.action}`)?.({ id: randomUUID(), payload: made })).catch(
        (error: unknown) => failures.push(error),
      );
      if (i % 50 === 0) await host.idle();
    }
    await host.idle();
    process.off("unhandledRejection", crashed);
    expect(crashes).toEqual([]);
    expect(writes).toEqual([]);
    expect(elsewhere).toEqual([]);
    expect(asked.size).toBeGreaterThan(10);
    // What was not understood is reported, never swallowed.
    expect(failures.length).toBeGreaterThan(0);
  }, 240_000);

  it("a body that is not signed, or not with the secret, reaches nobody", async () => {
    const heard: string[] = [];
    const probot = new Probot({ githubToken: "x", secret: "s", logLevel: "fatal" });
    const middleware = await createNodeMiddleware(
      async (app) => void app.onAny(({ name }) => void heard.push(name)),
      { probot, webhooksPath: "/webhooks" },
    );
    expect(middleware).toBeTypeOf("function");
    const body = JSON.stringify(SEEDS[0]!.payload);
    const sign = (secret: string) => `sha256=${createHmac("sha256", secret).update(body).digest("hex")}`;
    const receive = (signature: string) =>
      probot.webhooks.verifyAndReceive({ id: "1", name: "issue_comment", payload: body, signature });
    await expect(receive(sign("wrong"))).rejects.toThrow();
    await expect(receive("")).rejects.toThrow();
    await receive(sign("s"));
    expect(heard).toEqual(["issue_comment"]);
  });
});
