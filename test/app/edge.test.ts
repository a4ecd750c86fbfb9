import { generateKeyPairSync } from "node:crypto";
import nock from "nock";
import { App, Octokit } from "octokit";
import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from "vitest";
import { machineClock } from "../../engine/clock.ts";
import type { EventOf } from "../../engine/core/events.ts";
import { actionsPort } from "../../github/api/actions.ts";
import { contents } from "../../github/api/contents.ts";
import { withRateLimits } from "../../github/api/rate-limit.ts";
import { gitHub } from "../../github/api/request.ts";
import { gitData } from "../../github/ledger/git-data.ts";

const API = "https://api.github.com";
const SHA = "a".repeat(40);
const HTML = "<html><head><title>502 Bad Gateway</title></head><body>unicorns</body></html>";
const quiet = { debug() {}, info() {}, warn() {}, error() {} };
const { privateKey } = generateKeyPairSync("rsa", {
  modulusLength: 2048,
  publicKeyEncoding: { type: "spki", format: "pem" },
  privateKeyEncoding: { type: "pkcs8", format: "pem" },
});
const started = {
  run_id: "r1",
  github: { repository: "ada/game", workflow: "attractor-run.yml", workflow_ref: "main" },
} as EventOf<"run_started">;
const input = { v: 1, run: "r1", hop: 1, epoch: 1, tip: "t" } as const;
const DISPATCH = "/repos/ada/game/actions/workflows/attractor-run.yml/dispatches";
const content = (text: string) => ({
  type: "file",
  encoding: "base64",
  content: Buffer.from(text).toString("base64"),
});

/** Octokit with the app's own patience, a clock that only counts, and nobody but nock to talk to. */
function edge() {
  let now = Date.UTC(2026, 0, 1);
  const began = now;
  const options = { retry: { enabled: false }, throttle: { enabled: false }, log: quiet };
  const octokit = new Octokit({ auth: "t1", ...options });
  const asked: string[] = [];
  const github = gitHub(
    withRateLimits(octokit, {
      clock: {
        now: () => now,
        elapsed: () => now,
        sleep: async (ms) => {
          now += ms;
        },
      },
      gapMs: 0,
      renew: async () => undefined,
      count: (route, status) => asked.push(`${route.split(" ")[0]} ${status}`),
    }),
    "ada/game",
  );
  return { github, asked, waited: () => now - began };
}

beforeEach(() => nock.disableNetConnect());
afterEach(() => {
  const left = nock.pendingMocks();
  nock.cleanAll();
  nock.enableNetConnect();
  expect(left).toEqual([]);
});

describe("at the edge of api.github.com", () => {
  it.each([
    [
      "a secondary limit",
      403,
      "You have exceeded a secondary rate limit. Please wait a few minutes before you try again.",
    ],
    [
      "the abuse detection of old",
      403,
      "You have triggered an abuse detection mechanism. Please retry your request again later.",
    ],
    ["429", 429, "Too many requests"],
  ])("%s with retry-after is waited for, and no refusal of a dispatch", async (_, status, message) => {
    const { github, waited } = edge();
    nock(API).post(DISPATCH).reply(status, { message }, { "retry-after": "37" });
    nock(API).post(DISPATCH).reply(204);
    await actionsPort(github).dispatch(started, input);
    expect(waited()).toBe(37_000);
  });

  it("a limit without a word on how long is waited for a minute at least", async () => {
    const { github, waited } = edge();
    nock(API)
      .get("/repos/ada/game/git/ref/heads/x")
      .reply(403, { message: "You have exceeded a secondary rate limit." });
    nock(API)
      .get("/repos/ada/game/git/ref/heads/x")
      .reply(200, { ref: "refs/heads/x", object: { sha: SHA } });
    expect(await gitData(github).ref("refs/heads/x")).toBe(SHA);
    expect(waited()).toBeGreaterThanOrEqual(60_000);
  });

  it("a dispatch that got an HTML page for an answer is not sent again blindly, and nobody calls it refused", async () => {
    const { github, asked } = edge();
    nock(API).post(DISPATCH).reply(502, HTML, { "content-type": "text/html" });
    const refused = await actionsPort(github)
      .dispatch(started, input)
      .catch((error: unknown) => error);
    expect(refused).toMatchObject({ status: 502 });
    expect((refused as Error).name).not.toBe("DispatchRefused");
    expect(asked).toEqual(["POST 502"]);
  });

  it("a read that got one is made again, and given up when GitHub stays away", async () => {
    const { github, asked, waited } = edge();
    const path = "/repos/ada/game/contents/g.dot";
    nock(API).get(path).query({ ref: SHA }).reply(502, HTML, { "content-type": "text/html" });
    nock(API).get(path).query({ ref: SHA }).reply(200, content("digraph {}"));
    expect(await contents(github, SHA)("g.dot")).toBe("digraph {}");
    expect(waited()).toBeGreaterThan(0);
    nock(API).get(path).query({ ref: SHA }).times(3).reply(503, HTML, { "content-type": "text/html" });
    await expect(contents(github, SHA)("g.dot")).rejects.toMatchObject({ status: 503 });
    expect(asked).toEqual(["GET 502", "GET 200", "GET 503", "GET 503", "GET 503"]);
  });

  it("an answer that was cut off is no missing file: a configuration must not fall back to its defaults", async () => {
    const { github } = edge();
    const path = "/repos/ada/game/contents/.github%2Fattractor.yml";
    nock(API)
      .get(path)
      .query({ ref: SHA })
      .reply(200, JSON.stringify(content("version: 1")).slice(0, 30), { "content-type": "application/json" });
    await expect(contents(github, SHA)(".github/attractor.yml")).rejects.toThrow();
    nock(API).get(path).query({ ref: SHA }).reply(404, { message: "Not Found" });
    expect(await contents(github, SHA)(".github/attractor.yml")).toBeNull();
    nock(API)
      .get(path)
      .query({ ref: SHA })
      .reply(200, [{ type: "file", name: "x" }]);
    expect(await contents(github, SHA)(".github/attractor.yml")).toBeNull();
    nock(API)
      .get(path)
      .query({ ref: SHA })
      .reply(200, { type: "file", encoding: "none", content: "", size: 2_000_000 });
    await expect(contents(github, SHA)(".github/attractor.yml")).rejects.toThrow("2000000 bytes");
  });

  it("a list of workflow runs that was cut off is an error, not an empty list", async () => {
    const { github } = edge();
    nock(API)
      .get("/repos/ada/game/actions/workflows/attractor-run.yml/runs")
      .query(true)
      .reply(200, '{"total_count":1,"workflow_ru', { "content-type": "application/json" });
    await expect(actionsPort(github).find(started, { hop: 1, epoch: 1 })).rejects.toThrow();
  });

  it("a repository that was renamed is followed: reads by 301, writes by 307 as they are", async () => {
    const { github } = edge();
    const moved = (path: string) => ({ location: `${API}/repositories/42${path}` });
    nock(API)
      .get("/repos/ada/game/actions/runs/7")
      .reply(301, { message: "Moved Permanently" }, moved("/actions/runs/7"));
    nock(API)
      .get("/repositories/42/actions/runs/7")
      .reply(200, { id: 7, run_attempt: 1, status: "completed", conclusion: "success", html_url: "u" });
    expect(await actionsPort(github).get("7")).toMatchObject({ id: "7", completed: true });
    const sent: unknown[] = [];
    nock(API).post(DISPATCH).reply(307, { message: "Temporary Redirect" }, moved("/dispatches"));
    nock(API)
      .post("/repositories/42/dispatches", (body: unknown) => sent.push(body) > 0)
      .reply(204);
    await actionsPort(github).dispatch(started, input);
    expect(sent).toEqual([{ ref: "main", inputs: { hop: JSON.stringify(input) } }]);
  });

  it("an installation's token that ended early is drawn anew once, and the request is made with the new one", async () => {
    vi.useFakeTimers({ toFake: ["Date"] });
    onTestFinished(() => void vi.useRealTimers());
    const app = new App({
      ...{ appId: 7, privateKey, log: quiet },
      Octokit: Octokit.defaults({ retry: { enabled: false }, throttle: { enabled: false }, log: quiet }),
    });
    const octokit = await app.getInstallationOctokit(1);
    const github = gitHub(
      withRateLimits(octokit, {
        clock: { ...machineClock, sleep: async () => undefined },
        gapMs: 0,
        renew: () => octokit.auth({ type: "installation", installationId: 1, refresh: true }),
        count: () => undefined,
      }),
      "ada/game",
    );
    const ref = "/repos/ada/game/git/ref/heads/x";
    const tokens = ["t1", "t2"];
    nock(API)
      .post("/app/installations/1/access_tokens")
      .times(2)
      .reply(201, () => ({
        token: tokens.shift(),
        expires_at: new Date(Date.now() + 3_600_000).toISOString(),
        permissions: {},
        repository_selection: "all",
      }));
    const bearing = (token: string) => nock(API).get(ref).matchHeader("authorization", `token ${token}`);
    const found = { ref: "refs/heads/x", object: { sha: SHA } };
    bearing("t1").reply(200, found);
    expect(await gitData(github).ref("refs/heads/x")).toBe(SHA);
    // Octokit itself waits for a token that is only seconds old.
    vi.setSystemTime(Date.now() + 60_000);
    bearing("t1").reply(401, { message: "Bad credentials" });
    bearing("t2").reply(200, found);
    expect(await gitData(github).ref("refs/heads/x")).toBe(SHA);
  });
});
