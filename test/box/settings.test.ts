/** What administrators and tokens set, and what then starts no workflow. */
import { describe, expect, it } from "vitest";
import { dispatch, running } from "./support/drive.ts";
import { refusal, town } from "./support/town.ts";

const on = (name: string, triggers: string) => ({
  [`.github/workflows/${name}.yml`]: `name: ${name}\non:\n${triggers}\njobs: {}\n`,
});
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const TICK = on("tick", '  schedule:\n    - cron: "17 * * * *"\n  push:');
const still = { clock: { speed: 0, start: new Date("2026-03-01T00:01:00Z") } } as const;

describe("a workflow that a token disables", () => {
  it("is started by no schedule, push or dispatch until one enables it; the list of runs stays", async () => {
    const here = await town({ files: TICK, ...still });
    const { box, repository, bob, ada, as, at } = here;
    const job = running(here, await dispatch(as(bob), at), "x", { actions: "write" });
    const me = here.withToken(job.githubToken).rest.actions;
    const workflow = { ...at, workflow_id: "tick.yml" };
    const runs = () => [...repository.runs.values()].filter((run) => run.workflowName === "tick").length;
    const before = runs();
    await me.disableWorkflow(workflow);
    await me.disableWorkflow({ ...at, workflow_id: "hop.yml" });
    expect((await as(bob).rest.actions.getWorkflow(workflow)).data.state).toBe("disabled_manually");
    box.clock.advance(3 * HOUR);
    await box.commit(repository, { by: ada, message: "m", files: { a: "1" } });
    await box.idle();
    expect(runs()).toBe(before);
    expect(await refusal(dispatch(as(bob), at))).toMatchObject({
      status: 422,
      message: "Cannot trigger a 'workflow_dispatch' on a disabled workflow",
    });
    await me.enableWorkflow(workflow);
    box.clock.advance(HOUR);
    await box.idle();
    expect(runs()).toBe(before + 1);
  });

  it("may be one that no job's token can, where the policy says so", async () => {
    const here = await town({ policy: { workflowsByJobs: "refused" } });
    const job = running(here, await dispatch(here.as(here.bob), here.at), "x", { actions: "write" });
    const workflow = { ...here.at, workflow_id: "hop.yml" };
    expect(
      (await refusal(here.withToken(job.githubToken).rest.actions.disableWorkflow(workflow))).status,
    ).toBe(403);
    await here.as(here.bob).rest.actions.disableWorkflow(workflow);
  });

  it("needs `actions: write`", async () => {
    const here = await town();
    const job = running(here, await dispatch(here.as(here.bob), here.at), "x", { actions: "read" });
    const me = here.withToken(job.githubToken).rest.actions;
    expect((await refusal(me.disableWorkflow({ ...here.at, workflow_id: "hop.yml" }))).status).toBe(403);
  });
});

describe("schedules", () => {
  const scene = async (cron: string, open = false) => {
    const files = on("tick", `  schedule:\n    - cron: "${cron}"`);
    const { box, repository } = await town({ files, open, ...still });
    return {
      box,
      runs: () => repository.runs.size,
      state: () => [...repository.workflows.values()].find(({ path }) => path.endsWith("tick.yml"))?.state,
      async pass(ms: number) {
        box.clock.advance(ms);
        await box.idle();
      },
    };
  };

  it("come late, or not at all, as the knobs say", async () => {
    const { box, runs, pass } = await scene("17 * * * *");
    box.faults.schedules.delayMs = [10 * MINUTE, 20 * MINUTE];
    await pass(20 * MINUTE);
    expect(runs()).toBe(0);
    await pass(20 * MINUTE);
    expect(runs()).toBe(1);
    box.faults.schedules.skip = 1;
    await pass(5 * HOUR);
    expect(runs()).toBe(1);
  });

  it("are told in the time zone that they name", async () => {
    const { runs, pass } = await scene('30 2 * * *"\n      timezone: "Europe/Berlin');
    await pass(60 * MINUTE);
    expect(runs()).toBe(0);
    await pass(30 * MINUTE);
    expect(runs()).toBe(1);
  });

  it.each([
    [true, "disabled_inactivity", 5],
    [false, "active", 6],
  ] as const)(
    "of a public repository end sixty days after the last push (public: %s)",
    async (open, end, count) => {
      const { runs, state, pass } = await scene("0 0 1,11,21 * *", open);
      await pass(62 * 24 * HOUR);
      expect({ state: state(), runs: runs() }).toEqual({ state: end, runs: count });
    },
  );
});

describe("a pull request", () => {
  it("of a job's token makes runs that wait for a person who may write", async () => {
    const here = await town({ files: on("ci", "  pull_request:\n  push:") });
    const { box, repository, bob, rita, as, at, main } = here;
    const token = running(here, await dispatch(as(bob), at), "x", {
      contents: "write",
      "pull-requests": "write",
    }).githubToken;
    const me = here.withToken(token).rest;
    const started = () => [...repository.runs.values()].filter((run) => run.workflowName === "ci");
    const before = started().length;
    const tree = (
      await me.git.createTree({
        ...at,
        base_tree: main,
        tree: [{ path: "a", mode: "100644", type: "blob", content: "1" }],
      })
    ).data.sha;
    const { data } = await me.git.createCommit({ ...at, message: "m", tree, parents: [main] });
    await me.git.createRef({ ...at, ref: "refs/heads/work", sha: data.sha });
    const open = () => me.pulls.create({ ...at, head: "work", base: "main", title: "t" });
    expect(await refusal(open())).toMatchObject({
      status: 403,
      message: expect.stringContaining("GitHub Actions is not permitted to create or approve pull requests"),
    });
    box.setActions(repository, { opensPulls: true });
    await open();
    await box.idle();
    const [run, ...more] = started().slice(before);
    expect(more).toEqual([]);
    const listed = await as(bob).rest.actions.listWorkflowRunsForRepo({ ...at, status: "action_required" });
    expect(listed.data.workflow_runs.map(({ id }) => id)).toEqual([run?.id]);
    expect(() => box.browser.approveRun(rita, run?.id ?? 0)).toThrow("no write access");
    box.browser.approveRun(bob, run?.id ?? 0);
    expect(run?.attempts[0]).toMatchObject({ status: "queued", conclusion: null });
  });

  it("from a fork waits, too, where the repository says so", async () => {
    const here = await town({ files: on("ci", "  pull_request:") });
    const { box, repository, eve, as, at } = here;
    box.setActions(repository, { forkApproval: "everybody" });
    box.setRole(repository, eve, "read");
    const fork = await box.fork(repository, eve);
    await box.commit(fork, { by: eve, branch: "fix", message: "m", files: { b: "1" } });
    await as(eve).rest.pulls.create({ ...at, head: "eve:fix", base: "main", title: "Theirs" });
    await box.idle();
    expect([...repository.runs.values()].map(({ attempts }) => attempts[0]?.conclusion)).toEqual([
      "action_required",
    ]);
  });
});

describe("the settings of Actions", () => {
  it("are read by those who administer the repository, and by no job", async () => {
    const here = await town();
    const { box, repository, ada, bob, as, at } = here;
    const read = (me: ReturnType<typeof as>) => me.rest.actions.getGithubActionsPermissionsRepository(at);
    expect((await read(as(ada))).data).toMatchObject({ allowed_actions: "all", sha_pinning_required: false });
    expect((await refusal(as(ada).rest.actions.getAllowedActionsRepository(at))).status).toBe(409);
    box.setActions(repository, { allowed: "selected", patterns: ["tools/*"], shaPinning: true });
    expect((await read(as(ada))).data).toMatchObject({
      allowed_actions: "selected",
      sha_pinning_required: true,
    });
    expect((await as(ada).rest.actions.getAllowedActionsRepository(at)).data).toEqual({
      github_owned_allowed: true,
      verified_allowed: false,
      patterns_allowed: ["tools/*"],
    });
    expect(
      (await as(ada).rest.actions.getGithubActionsDefaultWorkflowPermissionsRepository(at)).data,
    ).toEqual({
      default_workflow_permissions: "read",
      can_approve_pull_request_reviews: false,
    });
    box.setActions(repository, { opensPulls: true });
    expect(
      (await as(ada).rest.actions.getGithubActionsDefaultWorkflowPermissionsRepository(at)).data,
    ).toMatchObject({ can_approve_pull_request_reviews: true });
    expect((await refusal(read(as(bob)))).status).toBe(403);
    const job = running(here, await dispatch(as(bob), at), "x", { actions: "write", contents: "write" });
    expect((await refusal(read(here.withToken(job.githubToken)))).status).toBe(403);
  });
});

describe("a deployment's reviewers", () => {
  it("answer for the jobs that wait, once, and what they said is listed", async () => {
    const here = await town();
    const { box, repository, ada, bob, as, at } = here;
    box.setEnvironment(repository, "production", { reviewers: [ada] });
    const run_id = await dispatch(as(bob), at);
    const { id } = box.actions.addJob(run_id, {
      key: "a",
      name: "a",
      labels: [],
      permissions: {},
      status: "waiting",
    });
    const heard: string[] = [];
    box.actions.awaitReview(id, "production", (state) => heard.push(state));
    expect(() => box.browser.reviewDeployment(bob, run_id, "production", "approved")).toThrow("no reviewer");
    box.browser.reviewDeployment(ada, run_id, "production", "rejected", "not today");
    expect(heard).toEqual(["rejected"]);
    expect(() => box.browser.reviewDeployment(ada, run_id, "production", "approved")).toThrow("no job");
    expect((await as(bob).rest.actions.getReviewsForRun({ ...at, run_id })).data).toMatchObject([
      {
        state: "rejected",
        comment: "not today",
        user: { login: "ada" },
        environments: [{ name: "production" }],
      },
    ]);
  });
});

describe("minutes", () => {
  it("are billed for each job that had a runner, rounded up; a re-run bills what it runs", async () => {
    const here = await town(still);
    const { box, as, bob, at } = here;
    const run_id = await dispatch(as(bob), at);
    box.actions.startRun(run_id);
    for (const [key, seconds, conclusion] of [
      ["quick", 2, "success"],
      ["long", 61, "failure"],
    ] as const) {
      const { id } = running(here, run_id, key);
      box.clock.advance(seconds * 1000);
      box.actions.completeJob(id, { conclusion });
    }
    const never = box.actions.addJob(run_id, { key: "never", name: "n", labels: [], permissions: {} });
    box.actions.completeJob(never.id, { conclusion: "skipped" });
    box.actions.completeRun(run_id, "failure");
    const bill = () => box.billed(run_id).map(({ attempt, key, minutes }) => `${attempt} ${key} ${minutes}`);
    expect(bill()).toEqual(["1 quick 1", "1 long 2"]);
    box.clock.advance(1000);
    await as(bob).rest.actions.reRunWorkflowFailedJobs({ ...at, run_id });
    box.actions.startRun(run_id);
    box.actions.keepJob(run_id, box.actions.jobs(run_id, 1)[0]!.id);
    const again = running(here, run_id, "long");
    box.actions.completeJob(again.id, { conclusion: "success" });
    expect(bill()).toEqual(["1 quick 1", "1 long 2", "2 long 1"]);
  });
});
