import { describe, expect, it } from "vitest";
import { dispatch, play, running } from "./support/drive.ts";
import { refusal, town } from "./support/town.ts";

const DAY = 24 * 60 * 60 * 1000;

describe("runs", () => {
  it("move through their states with their jobs, and read as GitHub shows them", async () => {
    const here = await town();
    const { box, as, bob, at } = here;
    const me = as(bob);
    const run_id = await dispatch(me, at);
    const run = async () => (await me.rest.actions.getWorkflowRun({ ...at, run_id })).data;
    box.actions.setTitle(run_id, "hop 3 of run-1");
    box.actions.startRun(run_id);
    const { id } = running(here, run_id, "trunk");
    expect(await run()).toMatchObject({
      status: "in_progress",
      conclusion: null,
      display_title: "hop 3 of run-1",
    });
    const step = {
      number: 1,
      name: "Set up",
      status: "completed",
      conclusion: "success",
      startedAt: 0,
      completedAt: 1000,
    } as const;
    box.actions.setSteps(id, [step]);
    expect((await me.rest.actions.getJobForWorkflowRun({ ...at, job_id: id })).data).toMatchObject({
      run_id,
      status: "in_progress",
      runner_name: "runner-1",
      steps: [{ number: 1, name: "Set up", conclusion: "success" }],
    });
    expect(() => box.actions.completeRun(run_id, "success")).toThrow(/trunk is in_progress/);
    box.actions.completeJob(id, { conclusion: "success" });
    box.actions.completeRun(run_id, "success");
    expect(await run()).toMatchObject({ status: "completed", conclusion: "success" });
    expect(() => box.actions.startRun(run_id)).toThrow(/is completed and cannot become in_progress/);
    expect(() => box.actions.completeJob(id, { conclusion: "failure" })).toThrow(/is completed/);
  });

  it("are listed newest first, by every filter", async () => {
    const here = await town();
    const { as, ada, bob, at, main } = here;
    const [first, second] = [await dispatch(as(bob), at), await dispatch(as(ada), at)];
    play(here, first, {}, "failure");
    const listed = async (query: object) =>
      (await as(bob).rest.actions.listWorkflowRunsForRepo({ ...at, ...query })).data.workflow_runs.map(
        ({ id }) => id,
      );
    expect(await listed({})).toEqual([second, first]);
    expect(await listed({ actor: "bob" })).toEqual([first]);
    expect(await listed({ status: "failure" })).toEqual([first]);
    expect(await listed({ status: "queued" })).toEqual([second]);
    expect(await listed({ event: "push" })).toEqual([]);
    expect(await listed({ head_sha: main, branch: "main" })).toEqual([second, first]);
    expect(await listed({ created: ">=2100-01-01" })).toEqual([]);
    expect(await listed({ created: ">=2020-01-01", per_page: 1, page: 2 })).toEqual([first]);
  });

  it("cannot be searched for startup_failure, though that is how one ends", async () => {
    const { box, as, bob, at } = await town();
    const id = await dispatch(as(bob), at);
    box.actions.completeRun(id, "startup_failure");
    expect((await as(bob).rest.actions.getWorkflowRun({ ...at, run_id: id })).data.conclusion).toBe(
      "startup_failure",
    );
    const jobs = await as(bob).rest.actions.listJobsForWorkflowRun({ ...at, run_id: id });
    expect(jobs.data.total_count).toBe(0);
    const search = as(bob).request(`GET /repos/${at.owner}/${at.repo}/actions/runs?status=startup_failure`);
    expect((await refusal(search)).status).toBe(422);
    box.takeViolations();
  });

  it("appear in lists later than they can be read, when lists lag", async () => {
    const { box, as, bob, at } = await town({ clock: { speed: 0 } });
    box.faults.staleReadsMs = 2000;
    const id = await dispatch(as(bob), at);
    const listed = async () => (await as(bob).rest.actions.listWorkflowRunsForRepo(at)).data.total_count;
    expect((await as(bob).rest.actions.getWorkflowRun({ ...at, run_id: id })).data.id).toBe(id);
    expect(await listed()).toBe(0);
    box.clock.advance(2001);
    expect(await listed()).toBe(1);
  });

  it("keep logs, summaries and annotations of their jobs; a summary over one megabyte is dropped whole", async () => {
    const here = await town();
    const { box, as, bob, at, repository } = here;
    const run_id = await dispatch(as(bob), at);
    const { id } = running(here, run_id, "trunk");
    box.actions.appendLog(id, "one\n");
    box.actions.addSummary(id, 1, "# fine");
    box.actions.addSummary(id, 2, "x".repeat(1024 * 1024 + 1));
    box.actions.annotate(id, [{ path: "a.ts", startLine: 3, endLine: 3, level: "warning", message: "look" }]);
    const job = repository.runs.get(run_id)!.attempts[0]!.jobs[0]!;
    expect([job.log, [...job.summaries]]).toEqual([["one\n"], [[1, "# fine"]]]);
    const found = await as(bob).rest.checks.listAnnotations({ ...at, check_run_id: id });
    expect(found.data.map(({ message }) => message)).toEqual([
      expect.stringMatching(/upload aborted/),
      "look",
    ]);
  });
});

describe("cancelling", () => {
  it("is accepted while a run is open, and a conflict after", async () => {
    const heard: unknown[] = [];
    const here = await town({
      executor: () => ({
        queued: () => {},
        cancel: (runId, how) => heard.push([runId, how]),
        close: async () => {},
      }),
    });
    const { box, as, bob, at } = here;
    const run_id = await dispatch(as(bob), at);
    expect((await as(bob).rest.actions.cancelWorkflowRun({ ...at, run_id })).status).toBe(202);
    expect((await as(bob).rest.actions.forceCancelWorkflowRun({ ...at, run_id })).status).toBe(202);
    expect(heard).toEqual([
      [run_id, "cancel"],
      [run_id, "force"],
    ]);
    expect((await as(bob).rest.actions.getWorkflowRun({ ...at, run_id })).data.status).toBe("queued");
    box.actions.completeRun(run_id, "cancelled");
    expect((await refusal(as(bob).rest.actions.cancelWorkflowRun({ ...at, run_id }))).status).toBe(409);
    expect((await refusal(as(bob).rest.actions.forceCancelWorkflowRun({ ...at, run_id }))).status).toBe(409);
  });
});

describe("re-running", () => {
  it("is the same run with the next attempt, by somebody else, its jobs listed for each attempt", async () => {
    const here = await town();
    const { box, as, ada, bob, at, main } = here;
    const run_id = await dispatch(as(bob), at);
    const first = play(here, run_id, { trunk: "success", leg: "failure" }, "failure");
    await box.commit(here.repository, { by: ada, message: "moved", files: { a: "1" } });
    expect((await as(ada).rest.actions.reRunWorkflow({ ...at, run_id })).status).toBe(201);
    const { data } = await as(bob).rest.actions.getWorkflowRun({ ...at, run_id });
    expect(data).toMatchObject({
      id: run_id,
      run_attempt: 2,
      head_sha: main,
      status: "queued",
      actor: { login: "bob" },
    });
    expect(data.triggering_actor?.login).toBe("ada");
    expect(box.actions.run(run_id)).toMatchObject({
      attempt: 2,
      rerun: "all",
      sha: main,
      inputs: { hop: "1" },
    });
    running(here, run_id, "trunk");
    const jobs = async (query: object) =>
      (await as(bob).rest.actions.listJobsForWorkflowRun({ ...at, run_id, ...query })).data.jobs;
    expect((await jobs({})).map((job) => job.run_attempt)).toEqual([2]);
    expect(await jobs({ filter: "all" })).toHaveLength(3);
    const old = await as(bob).rest.actions.listJobsForWorkflowRunAttempt({
      ...at,
      run_id,
      attempt_number: 1,
    });
    expect(old.data.jobs.map(({ id }) => id)).toEqual(Object.values(first.jobs));
    const attempt = await as(bob).rest.actions.getWorkflowRunAttempt({ ...at, run_id, attempt_number: 1 });
    expect(attempt.data).toMatchObject({ run_attempt: 1, conclusion: "failure" });
  });

  it("of failed jobs keeps the others, with their outputs", async () => {
    const here = await town();
    const { box, as, bob, at } = here;
    const run_id = await dispatch(as(bob), at);
    box.actions.startRun(run_id);
    const trunk = running(here, run_id, "trunk");
    box.actions.completeJob(trunk.id, { conclusion: "success", outputs: { legs: "[1]" } });
    const leg = running(here, run_id, "leg");
    box.actions.completeJob(leg.id, { conclusion: "failure", outputs: { half: "done" } });
    box.actions.completeRun(run_id, "failure");
    await as(bob).rest.actions.reRunWorkflowFailedJobs({ ...at, run_id });
    expect(box.actions.run(run_id).rerun).toBe("failed");
    const kept = box.actions.keepJob(run_id, trunk.id);
    expect(kept).toMatchObject({
      key: "trunk",
      attempt: 2,
      status: "completed",
      conclusion: "success",
      outputs: { legs: "[1]" },
    });
    expect(kept.id).not.toBe(trunk.id);
    expect(box.actions.jobs(run_id, 1).map(({ outputs }) => outputs)).toEqual([
      { legs: "[1]" },
      { half: "done" },
    ]);
  });

  it("is refused while it runs, without failed jobs, after a startup failure, after 30 days and after 50 times", async () => {
    const here = await town({ clock: { speed: 0 } });
    const { box, as, bob, at } = here;
    const again = (run_id: number) => as(bob).rest.actions.reRunWorkflow({ ...at, run_id });
    const good = await dispatch(as(bob), at);
    expect((await refusal(again(good))).message).toBe("This workflow is already running");
    play(here, good, { a: "success" }, "success");
    expect(
      (await refusal(as(bob).rest.actions.reRunWorkflowFailedJobs({ ...at, run_id: good }))).status,
    ).toBe(403);
    const broken = await dispatch(as(bob), at);
    box.actions.completeRun(broken, "startup_failure");
    expect((await refusal(again(broken))).status).toBe(403);
    for (let n = 0; n < 50; n++) {
      await again(good);
      box.actions.completeRun(good, "cancelled");
    }
    expect((await refusal(again(good))).message).toMatch(/too many times/);
    const old = await dispatch(as(bob), at);
    box.actions.completeRun(old, "cancelled");
    box.clock.advance(31 * DAY);
    expect((await refusal(again(old))).message).toMatch(/over a month ago/);
  });
});
