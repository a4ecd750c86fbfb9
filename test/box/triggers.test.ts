import { describe, expect, it } from "vitest";
import { localTime, parseCron } from "../../box/actions/cron.ts";
import { wants } from "../../box/actions/filters.ts";
import { dispatch, play, running } from "./support/drive.ts";
import { type Town, town } from "./support/town.ts";

const on = (name: string, triggers: string) => ({
  [`.github/workflows/${name}.yml`]: `name: ${name}\non:\n${triggers}\njobs: {}\n`,
});

const runsOf = ({ repository }: Town, workflow: string) =>
  [...repository.runs.values()].filter(({ workflowName }) => workflowName === workflow);

describe("events start workflows", () => {
  it("of the pushed commit", async () => {
    const here = await town();
    const sha = await here.box.commit(here.repository, {
      by: here.bob,
      branch: "side",
      message: "Add it\n\nbody",
      files: on("pushed", "  push:\n    branches: ['si*']"),
    });
    await here.box.commit(here.repository, {
      by: here.bob,
      branch: "other",
      message: "m",
      files: on("pushed", "  push:\n    branches: ['si*']"),
    });
    await here.box.idle();
    const [run, ...more] = runsOf(here, "pushed");
    expect(more).toEqual([]);
    expect(run).toMatchObject({
      title: "Add it",
      workflowSha: sha,
      cause: { ref: "refs/heads/side", headSha: sha, actor: here.bob },
    });
  });

  it("of the default branch for a comment, with the full token, whoever writes it", async () => {
    const here = await town({ files: on("command", "  issue_comment:\n    types: [created]") });
    const { box, repository, rita, as, at, main } = here;
    const issue = box.openIssue(repository, rita, "t");
    const made = await as(rita).rest.issues.createComment({
      ...at,
      issue_number: issue,
      body: "/attractor run",
    });
    await as(rita).rest.issues.updateComment({ ...at, comment_id: made.data.id, body: "edited" });
    await box.idle();
    const runs = runsOf(here, "command");
    expect(runs.map(({ cause }) => [cause.headSha, cause.ref, cause.actor.login])).toEqual([
      [main, "refs/heads/main", "rita"],
    ]);
    expect(runs[0]!.cause.event.payload).toMatchObject({
      action: "created",
      comment: { body: "/attractor run" },
    });
  });

  it("on a pull request's test merge, shown on its head; a fork's run has no secrets and a reading token", async () => {
    const here = await town({ files: on("pr", "  pull_request:") });
    const { box, repository, bob, eve, as, at } = here;
    repository.secrets.set("KEY", "s3cret");
    box.setRole(repository, eve, "read");
    const own = await box.commit(repository, { by: bob, branch: "topic", message: "m", files: { a: "1" } });
    await as(bob).rest.pulls.create({ ...at, head: "topic", base: "main", title: "Mine" });
    const fork = await box.fork(repository, eve);
    await box.commit(fork, { by: eve, branch: "fix", message: "m", files: { b: "1" } });
    await as(eve).rest.pulls.create({ ...at, head: "eve:fix", base: "main", title: "Theirs" });
    await box.idle();
    const [mine, theirs] = runsOf(here, "pr").map(({ id }) => box.actions.run(id));
    expect(mine).toMatchObject({
      headSha: own,
      ref: "refs/pull/1/merge",
      headRef: "topic",
      baseRef: "main",
      fromFork: false,
    });
    expect(mine!.sha).not.toBe(own);
    expect([mine!.repository.secrets.size, theirs!.repository.secrets.size, theirs!.fromFork]).toEqual([
      1,
      0,
      true,
    ]);
    const job = running(here, theirs!.id, "x", { contents: "write" });
    await expect(
      here.withToken(job.githubToken).rest.git.deleteRef({ ...at, ref: "heads/x" }),
    ).rejects.toThrow(/not accessible/);
    await here.withToken(job.githubToken).rest.git.getRef({ ...at, ref: "heads/main" });
  });

  it("not of a pull request that conflicts", async () => {
    const here = await town({ files: on("pr", "  pull_request:") });
    const { box, repository, ada, bob, as, at } = here;
    await box.commit(repository, { by: bob, branch: "topic", message: "m", files: { a: "1" } });
    await box.commit(repository, { by: ada, message: "m", files: { a: "2" } });
    await as(bob).rest.pulls.create({ ...at, head: "topic", base: "main", title: "t" });
    await box.idle();
    expect(runsOf(here, "pr")).toEqual([]);
  });

  it("by workflow_run only three levels deep", async () => {
    const here = await town({
      files: on("again", "  workflow_run:\n    workflows: [Hop, again]\n    types: [completed]"),
    });
    play(here, await dispatch(here.as(here.bob), here.at), {}, "success");
    for (let level = 1; level <= 5; level++) {
      await here.box.idle();
      const run = runsOf(here, "again")[level - 1];
      if (run !== undefined) play(here, run.id, {}, "success");
    }
    expect(runsOf(here, "again").map(({ cause }) => cause.chain)).toEqual([1, 2, 3]);
  });

  it.each([
    ["told", 1],
    ["silent", 0],
  ] as const)(
    "by workflow_run after a dispatch by a job's token, as the policy says: %s",
    async (dispatchedRuns, count) => {
      const files = on("after", "  workflow_run:\n    workflows: [Hop]\n    types: [completed]");
      const here = await town({ files, policy: { dispatchedRuns } });
      const first = await dispatch(here.as(here.bob), here.at);
      const { githubToken } = running(here, first, "x", { actions: "write" });
      play(here, await dispatch(here.withToken(githubToken), here.at), {}, "success");
      await here.box.idle();
      expect(runsOf(here, "after")).toHaveLength(count);
    },
  );

  it("on a schedule, in box time, from the default branch as it is then", async () => {
    const here = await town({
      files: on("sweep", '  schedule:\n    - cron: "*/15 * * * *"'),
      clock: { speed: 0, start: new Date("2026-03-01T00:01:00Z") },
    });
    here.box.clock.advance(60 * 60 * 1000);
    await here.box.idle();
    expect(runsOf(here, "sweep").map(({ cause }) => cause.event.name)).toEqual(Array(4).fill("schedule"));
    const sha = await here.box.commit(here.repository, {
      by: here.ada,
      message: "m",
      files: on("sweep", '  schedule:\n    - cron: "0 5 * * *"'),
    });
    here.box.clock.advance(24 * 60 * 60 * 1000);
    await here.box.idle();
    expect(runsOf(here, "sweep").map(({ cause }) => cause.sha === sha)).toEqual([
      false,
      false,
      false,
      false,
      true,
    ]);
  });

  it("and say when a filter is one that the box does not know", async () => {
    const here = await town({ files: on("paths", "  push:\n    paths: [src]") });
    expect(here.box.takeViolations()).toMatchObject([{ where: ".github/workflows/paths.yml" }]);
  });
});

describe("filters", () => {
  const push = (ref: string) => ({ name: "push", action: undefined, ref, workflow: undefined });

  it.each([
    [{ branches: ["main"] }, "refs/heads/main", true],
    [{ branches: ["rel/*"] }, "refs/heads/rel/a/b", false],
    [{ branches: ["rel/**"] }, "refs/heads/rel/a/b", true],
    [{ branches: ["**", "!wip"] }, "refs/heads/wip", false],
    [{ "branches-ignore": ["wip"] }, "refs/heads/main", true],
    [{ branches: ["main"] }, "refs/tags/main", false],
    [{ tags: ["v*"] }, "refs/tags/v1", true],
    [{ tags: ["v[0-9]+.[0-9]+.[0-9]+"] }, "refs/tags/v1.20.3", true],
    [{ tags: ["v[0-9]+.[0-9]+.[0-9]+"] }, "refs/tags/v1", false],
    [{ tags: ["v1.[0-9]+"] }, "refs/tags/v1x2", false],
    [{ tags: ["v\\[0\\]"] }, "refs/tags/v[0]", true],
    [null, "refs/tags/v1", true],
  ])("%j on %s: %s", (configuration, ref, expected) => {
    expect(wants(configuration, push(ref))).toBe(expected);
  });

  it("of a pull request leave out what is not asked for by default", () => {
    const pull = (action: string) => ({
      name: "pull_request",
      action,
      ref: "refs/heads/main",
      workflow: undefined,
    });
    expect([
      wants(null, pull("opened")),
      wants(null, pull("closed")),
      wants({ types: ["closed"] }, pull("closed")),
    ]).toEqual([true, false, true]);
  });
});

describe("cron", () => {
  const at = (text: string) => Date.parse(text);

  it.each([
    ["*/15 * * * *", "2026-03-01T10:30:00Z", true],
    ["*/15 * * * *", "2026-03-01T10:31:00Z", false],
    ["5,10-12 * * * *", "2026-03-01T10:11:00Z", true],
    ["0 0 1 * *", "2026-03-01T00:00:00Z", true],
    ["0 0 * * 1", "2026-03-01T00:00:00Z", false],
    ["0 0 13 * 0", "2026-03-01T00:00:00Z", true],
    ["10/20 * * * *", "2026-03-01T10:50:00Z", true],
  ])("%s at %s: %s", (text, when, expected) => {
    expect(parseCron(text)?.(at(when))).toBe(expected);
  });

  it.each([
    ["Europe/Berlin", "2026-07-01T04:00:00Z", true],
    ["Europe/Berlin", "2026-01-01T04:00:00Z", false],
    ["UTC", "2026-01-01T06:00:00Z", true],
  ])("0 6 * * * in %s at %s: %s", (zone, when, expected) => {
    expect(parseCron("0 6 * * *")?.(localTime(at(when), zone))).toBe(expected);
  });

  it.each(["* * * *", "60 * * * *", "*/0 * * * *", "x * * * *", "@daily"])("%s is none", (text) => {
    expect(parseCron(text)).toBeUndefined();
  });
});
