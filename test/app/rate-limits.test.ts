import { describe, expect, it } from "vitest";
import type { Clock } from "../../engine/clock.ts";
import { withRateLimits } from "../../github/api/rate-limit.ts";

const refusal = (status: number, message: string, headers: Record<string, string> = {}) =>
  Object.assign(new Error(message), { status, response: { headers } });

function limited(answers: (Error | null)[]) {
  let now = 1_000_000;
  const clock: Clock = {
    now: () => now,
    elapsed: () => now,
    sleep: async (ms) => {
      now += ms;
    },
  };
  const sent: { route: string; at: number }[] = [];
  let renewed = 0;
  const octokit = withRateLimits(
    {
      request: async (route) => {
        sent.push({ route, at: now - 1_000_000 });
        const answer = answers.shift();
        if (answer) throw answer;
        return { status: 200, data: null };
      },
    },
    { clock, gapMs: 1000, renew: async () => void renewed++, count: () => undefined },
  );
  return { octokit, sent, renewals: () => renewed };
}

describe("GitHub's limits", () => {
  it("are waited for as long as GitHub says, then the same request is made again", async () => {
    const w = limited([refusal(403, "You have exceeded a secondary rate limit", { "retry-after": "37" })]);
    await w.octokit.request("GET /x");
    expect(w.sent.map(({ at }) => at)).toEqual([0, 37_000]);
  });

  it("pause everything of the installation, not only who met them", async () => {
    const w = limited([refusal(429, "slow down", { "retry-after": "10" })]);
    await Promise.all([w.octokit.request("GET /a"), w.octokit.request("GET /b")]);
    await w.octokit.request("GET /c");
    expect(w.sent.filter(({ route }) => route !== "GET /b").map(({ at }) => at)).toEqual([0, 10_000, 10_000]);
  });

  it("without a word on how long: a minute, then twice as long each time, until the sweep takes over", async () => {
    const w = limited(
      Array.from({ length: 9 }, () => refusal(403, "You have exceeded a secondary rate limit")),
    );
    await expect(w.octokit.request("POST /repos/{owner}/{repo}/git/trees")).rejects.toMatchObject({
      status: 429,
    });
    expect(w.sent.map(({ at }) => at / 60_000)).toEqual([0, 1, 3, 7, 15]);
  });

  it("of the hour that last too long to wait for are given up at once, and are no refusal of permission", async () => {
    const w = limited([
      refusal(403, "API rate limit exceeded", { "x-ratelimit-remaining": "0", "x-ratelimit-reset": "99999" }),
    ]);
    await expect(w.octokit.request("GET /x")).rejects.toMatchObject({ status: 429 });
    expect(w.sent).toHaveLength(1);
  });

  it("do not hide a real refusal", async () => {
    const w = limited([
      refusal(403, "Resource not accessible by integration", { "x-ratelimit-remaining": "4999" }),
    ]);
    await expect(w.octokit.request("GET /x")).rejects.toMatchObject({ status: 403 });
  });

  it("what people see is written a second apart; reading and the ledger do not wait for it", async () => {
    const w = limited([]);
    const comment = "POST /repos/{owner}/{repo}/issues/{issue_number}/comments";
    for (const route of [
      comment,
      "PATCH /repos/{owner}/{repo}/check-runs/{check_run_id}",
      "POST /repos/{owner}/{repo}/actions/workflows/{workflow_id}/dispatches",
    ])
      await w.octokit.request(route);
    await w.octokit.request("POST /repos/{owner}/{repo}/git/trees");
    expect(w.sent.map(({ at }) => at)).toEqual([0, 1000, 2000, 2000]);
  });

  it("a token that is refused is drawn anew, once", async () => {
    const w = limited([refusal(401, "Bad credentials")]);
    await w.octokit.request("GET /x");
    expect(w.renewals()).toBe(1);
    const dead = limited([refusal(401, "Bad credentials"), refusal(401, "Bad credentials")]);
    await expect(dead.octokit.request("GET /x")).rejects.toMatchObject({ status: 401 });
  });

  it("without a word on when the hour is over: a minute, and Retry-After counts again after it", async () => {
    const w = limited([
      refusal(403, "API rate limit exceeded", { "x-ratelimit-remaining": "0" }),
      refusal(403, "You have exceeded a secondary rate limit", { "retry-after": "5" }),
    ]);
    await w.octokit.request("GET /x");
    expect(w.sent.map(({ at }) => at)).toEqual([0, 60_000, 65_000]);
  });

  it("R-SEC-10: of the hour are counted by GitHub's clock alone", async () => {
    const reset = Date.UTC(2026, 0, 1, 12) / 1000;
    const w = limited([
      refusal(403, "API rate limit exceeded", {
        "x-ratelimit-remaining": "0",
        "x-ratelimit-reset": String(reset),
        date: new Date((reset - 90) * 1000).toUTCString(),
      }),
    ]);
    await w.octokit.request("GET /x");
    expect(w.sent.map(({ at }) => at)).toEqual([0, 90_000]);
  });

  it("once the hour is used up nobody asks until it is over, however many want to", async () => {
    const used = () =>
      refusal(403, "API rate limit exceeded", { "x-ratelimit-remaining": "0", "x-ratelimit-reset": "3000" });
    const w = limited([used(), used(), used()]);
    for (let n = 0; n < 20; n++)
      await expect(w.octokit.request("GET /x")).rejects.toMatchObject({ status: 429 });
    expect(w.sent).toHaveLength(1);
  });

  it.each(["GET /x", "POST /repos/{owner}/{repo}/git/trees"])(
    "R-GH-25: %s: an answer that never comes is given up, and whoever waits behind it goes on",
    async (route) => {
      const hung: string[] = [];
      const octokit = withRateLimits(
        {
          request: (asked, parameters) =>
            new Promise((_, reject) => {
              hung.push(asked);
              const { signal } = (parameters as { request: { signal: AbortSignal } }).request;
              signal.addEventListener("abort", () =>
                reject(Object.assign(new Error("late"), { status: 500 })),
              );
            }),
        },
        {
          clock: { now: () => 0, elapsed: () => 0, sleep: async () => undefined },
          ...{ gapMs: 0, renew: async () => undefined, count: () => undefined },
          withinMs: { read: 10, write: 10 },
        },
      );
      await expect(octokit.request(route)).rejects.toThrow("late");
      // A read is made again, a write may have been taken.
      expect(hung).toHaveLength(route.startsWith("GET") ? 3 : 1);
    },
  );
});
