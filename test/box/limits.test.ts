import { describe, expect, it } from "vitest";
import { dispatch, running } from "./support/drive.ts";
import { refusal, town } from "./support/town.ts";

const MINUTE = 60_000;

describe("the primary limit", () => {
  it("is counted for each caller and told with every answer", async () => {
    const here = await town({ clock: { speed: 0 }, limits: { user: 5 } });
    const { box, bob, rita, as, at } = here;
    const me = as(bob);
    const left = async () => (await me.rest.repos.get(at)).headers["x-ratelimit-remaining"];
    expect([await left(), await left(), await left(), await left(), await left()]).toEqual([
      "4",
      "3",
      "2",
      "1",
      "0",
    ]);
    const refused = await refusal(me.rest.repos.get(at));
    expect(refused).toMatchObject({ status: 403, message: `API rate limit exceeded for user ID ${bob.id}.` });
    expect(refused.headers).toMatchObject({ "x-ratelimit-remaining": "0", "x-ratelimit-resource": "core" });
    expect((await as(rita).rest.repos.get(at)).status).toBe(200);
    box.clock.advance(Number(refused.headers["x-ratelimit-reset"]) * 1000 - box.clock.now());
    expect(await left()).toBe("4");
  });

  it("is 1,000 an hour for the jobs of a repository together", async () => {
    const here = await town({ clock: { speed: 0 }, limits: { job: 3 } });
    const { as, bob, at, withToken } = here;
    const runId = await dispatch(as(bob), at);
    const [one, two] = ["a", "b"].map((key) => withToken(running(here, runId, key).githubToken));
    await one!.rest.repos.get(at);
    await two!.rest.repos.get(at);
    await one!.rest.repos.get(at);
    expect((await refusal(two!.rest.repos.get(at))).message).toMatch(
      /exceeded for GITHUB_TOKEN of ada\/demo/,
    );
  });
});

describe("the secondary limits", () => {
  it("let 80 comments, checks and dispatches a minute through, reads beside them", async () => {
    const here = await town({ clock: { speed: 0 } });
    const { box, repository, bob, as, at } = here;
    const issue_number = box.openIssue(repository, bob, "t");
    const me = as(bob);
    const write = () => me.rest.issues.createComment({ ...at, issue_number, body: "x" });
    for (let n = 0; n < 80; n++) await write();
    const refused = await refusal(write());
    expect(refused).toMatchObject({ status: 403, message: expect.stringMatching(/secondary rate limit/) });
    expect(refused.headers["retry-after"]).toBe("60");
    await me.rest.repos.get(at);
    box.clock.advance(MINUTE);
    await write();
  });

  it("count 900 points a minute: a read one, a write five", async () => {
    const here = await town({ clock: { speed: 0 }, limits: { pointsPerMinute: 20 } });
    const { bob, as, at } = here;
    const me = as(bob);
    const blob = () => me.rest.git.createBlob({ ...at, content: "x" });
    for (let n = 0; n < 3; n++) await blob();
    for (let n = 0; n < 5; n++) await me.rest.repos.get(at);
    expect((await refusal(me.rest.repos.get(at))).message).toMatch(/secondary/);
  });

  it("can be switched off", async () => {
    const here = await town({ limits: "off" });
    const answer = await here.as(here.bob).rest.repos.get(here.at);
    expect(answer.headers["x-ratelimit-limit"]).toBeUndefined();
  });
});
