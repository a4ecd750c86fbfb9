import { describe, expect, it } from "vitest";
import { dispatch, running } from "./support/drive.ts";
import { HOP, refusal, type Town, town } from "./support/town.ts";

const DECLARED_MORE = HOP.replace("inputs:", "inputs:\n      big: {}");

const raw = ({ as, bob, at }: Town, more: object) =>
  as(bob).request("POST /repos/{owner}/{repo}/actions/workflows/{workflow_id}/dispatches", {
    ...at,
    workflow_id: "hop.yml",
    ref: "main",
    inputs: { hop: "1" },
    ...more,
  });

describe("a workflow dispatch", () => {
  it("answers with the run when it is asked to, else with nothing", async () => {
    const here = await town();
    expect((await raw(here, {})).status).toBe(204);
    const told = await raw(here, { return_run_details: true });
    expect(told.status).toBe(200);
    const { workflow_run_id: id } = told.data as unknown as { workflow_run_id: number };
    const run = await here.as(here.bob).rest.actions.getWorkflowRun({ ...here.at, run_id: id });
    expect(run.data).toMatchObject({
      id,
      event: "workflow_dispatch",
      status: "queued",
      head_sha: here.main,
      run_number: 2,
    });
    expect(id).toBeGreaterThan(2 ** 31);
  });

  it("takes a branch or a tag, never a commit or another ref", async () => {
    const here = await town();
    await here.as(here.bob).rest.git.createRef({ ...here.at, ref: "refs/tags/v1", sha: here.main });
    await here
      .as(here.bob)
      .rest.git.createRef({ ...here.at, ref: "refs/attractor/r1/trunk", sha: here.main });
    for (const ref of ["main", "v1", "refs/heads/main", "refs/tags/v1"])
      expect((await raw(here, { ref })).status).toBe(204);
    for (const ref of [here.main, "refs/attractor/r1/trunk", "none"]) {
      expect(await refusal(raw(here, { ref }))).toMatchObject({
        status: 422,
        message: `No ref found for: ${ref}`,
      });
    }
  });

  it("needs the workflow on the default branch, with the trigger", async () => {
    const here = await town({ files: { ".github/workflows/push.yml": "on: push\njobs: {}\n" } });
    await here.box.commit(here.repository, {
      by: here.bob,
      branch: "side",
      message: "m",
      files: { ".github/workflows/new.yml": HOP },
    });
    expect((await refusal(raw(here, { workflow_id: "new.yml", ref: "side" }))).status).toBe(404);
    const refused = await refusal(raw(here, { workflow_id: "push.yml" }));
    expect(refused).toMatchObject({
      status: 422,
      message: "Workflow does not have 'workflow_dispatch' trigger",
    });
  });

  it("runs the file of the ref's tip, with that file's inputs", async () => {
    const here = await town();
    const files = { ".github/workflows/hop.yml": DECLARED_MORE };
    const sha = await here.box.commit(here.repository, { by: here.bob, branch: "side", message: "m", files });
    const id = await dispatch(here.as(here.bob), here.at, { ref: "side", inputs: { hop: "1", big: "x" } });
    expect(here.box.actions.run(id)).toMatchObject({
      sha,
      ref: "refs/heads/side",
      workflow: { sha, ref: "refs/heads/side" },
    });
    expect((await refusal(raw(here, { inputs: { hop: "1", big: "x" } }))).message).toBe(
      'Unexpected inputs provided: ["big"]',
    );
  });

  it("gives the run its inputs as text, defaults filled in", async () => {
    const here = await town();
    const id = await dispatch(here.as(here.bob), here.at, { inputs: { hop: 7, loud: true } });
    const run = here.box.actions.run(id);
    expect(run.inputs).toEqual({ hop: "7", kind: "a", loud: "true" });
    expect(run.event).toMatchObject({
      name: "workflow_dispatch",
      payload: { inputs: run.inputs, ref: "refs/heads/main" },
    });
  });

  it.each([
    [{}, "Required input 'hop' not provided"],
    [{ hop: "1", kind: "c" }, "Provided value 'c' for input 'kind' not in the list of allowed values"],
    [{ hop: "1", loud: "maybe" }, "Provided value 'maybe' for input 'loud' is not a boolean"],
    [{ hop: "1", extra: "x" }, 'Unexpected inputs provided: ["extra"]'],
    [{ hop: "x".repeat(65_536) }, "inputs are too large."],
  ])("refuses the inputs %.60j", async (inputs, message) => {
    const here = await town();
    expect(await refusal(raw(here, { inputs }))).toMatchObject({ status: 422, message });
  });

  it("asks for actions: write", async () => {
    const here = await town();
    const reader = here.withToken(
      await here.installationToken({ permissions: { actions: "read", contents: "write" } }),
    );
    const refused = await refusal(dispatch(reader, here.at));
    expect(refused).toMatchObject({
      status: 403,
      headers: { "x-accepted-github-permissions": "actions=write" },
    });
  });

  it("is known by workflow id as well as by file", async () => {
    const here = await town();
    const { data } = await here.as(here.bob).rest.actions.getWorkflow({ ...here.at, workflow_id: "hop.yml" });
    expect(data).toMatchObject({ name: "Hop", path: ".github/workflows/hop.yml", state: "active" });
    const id = await dispatch(here.as(here.bob), here.at, { workflow_id: data.id });
    expect(here.box.actions.run(id).workflow.id).toBe(data.id);
    const runs = await here
      .as(here.bob)
      .rest.actions.listWorkflowRuns({ ...here.at, workflow_id: "hop.yml" });
    expect(runs.data.workflow_runs.map((run) => run.id)).toEqual([id]);
  });
});

describe("a repository dispatch", () => {
  const LISTENER = {
    ".github/workflows/on.yml": "name: On\non:\n  repository_dispatch:\n    types: [go]\njobs: {}\n",
  };
  const send = ({ as, bob, at }: Town, input: object) =>
    as(bob).rest.repos.createDispatchEvent({ ...at, event_type: "go", ...input });

  it("starts workflows of the default branch that listen, and tells no run", async () => {
    const here = await town({ files: LISTENER });
    expect((await send(here, { client_payload: { a: 1 } })).status).toBe(204);
    await send(here, { event_type: "other" });
    await here.box.idle();
    const runs = [...here.repository.runs.values()].filter((run) => run.workflowName === "On");
    expect(runs.map(({ cause }) => cause.event.payload)).toMatchObject([
      { action: "go", client_payload: { a: 1 } },
    ]);
  });

  it("takes ten properties of 65,535 characters together", async () => {
    const here = await town();
    expect((await refusal(send(here, { client_payload: { a: "x".repeat(65_536) } }))).status).toBe(422);
    const eleven = Object.fromEntries(Array.from({ length: 11 }, (_, n) => [`p${n}`, n]));
    expect((await refusal(send(here, { client_payload: eleven }))).status).toBe(422);
    here.box.takeViolations();
  });
});

describe("what a job does with its own token", () => {
  const LISTENERS = {
    ".github/workflows/on.yml":
      "name: On\non: [push, pull_request, issue_comment, repository_dispatch, check_run, check_suite]\njobs: {}\n",
  };

  it("starts nothing but dispatches; its pull request's runs wait for a person", async () => {
    const here = await town({ files: LISTENERS });
    const { box, repository, as, bob, withToken, at, main } = here;
    const runId = await dispatch(as(bob), at);
    await box.commit(repository, { by: bob, branch: "topic", message: "m", files: { a: "1" } });
    await box.idle();
    const before = repository.runs.size;
    const all = {
      actions: "write",
      checks: "write",
      contents: "write",
      issues: "write",
      pull_requests: "write",
    } as const;
    const { githubToken } = running(here, runId, "trunk", all);
    const job = withToken(githubToken);
    box.setActions(repository, { opensPulls: true });
    const pull = await job.rest.pulls.create({ ...at, head: "topic", base: "main", title: "t" });
    await job.rest.issues.createComment({ ...at, issue_number: pull.data.number, body: "/attractor run" });
    await job.rest.git.createRef({ ...at, ref: "refs/heads/pushed", sha: main });
    await job.rest.checks.create({ ...at, name: "x", head_sha: main, conclusion: "success" });
    await box.idle();
    const made = () =>
      [...repository.runs.values()]
        .slice(before)
        .map(({ cause, attempts }) => [cause.event.name, cause.actor.login, attempts[0]?.conclusion]);
    const waits = ["pull_request", "github-actions[bot]", "action_required"];
    expect(made()).toEqual([waits]);
    await dispatch(job, at);
    await job.rest.repos.createDispatchEvent({ ...at, event_type: "go" });
    await box.idle();
    expect(made()).toEqual([
      waits,
      ["workflow_dispatch", "github-actions[bot]", null],
      ["repository_dispatch", "github-actions[bot]", null],
    ]);
  });

  it("is bounded by the job's permissions and by its repository", async () => {
    const here = await town();
    const { box, ada, as, bob, withToken, at, main } = here;
    await box.createRepository({ owner: ada, name: "other", files: { a: "1" } });
    const runId = await dispatch(as(bob), at);
    const { githubToken } = running(here, runId, "trunk", { contents: "read" });
    const job = withToken(githubToken);
    await job.rest.git.getRef({ ...at, ref: "heads/main" });
    const refused = await refusal(job.rest.git.createRef({ ...at, ref: "refs/x/y", sha: main }));
    expect(refused).toMatchObject({ status: 403, message: "Resource not accessible by integration" });
    expect((await refusal(job.rest.actions.getWorkflowRun({ ...at, run_id: runId }))).status).toBe(403);
    expect((await refusal(job.rest.repos.get({ owner: "ada", repo: "other" }))).status).toBe(404);
    expect((await refusal(job.rest.apps.getRepoInstallation(at))).status).toBe(401);
  });

  it("ends with the job, unless its runner was lost and lives on", async () => {
    const here = await town();
    const { box, as, bob, withToken, at } = here;
    const runId = await dispatch(as(bob), at);
    const [ended, lost] = [
      running(here, runId, "a", { contents: "read" }),
      running(here, runId, "b", { contents: "read" }),
    ];
    box.actions.completeJob(ended.id, { conclusion: "success" });
    box.actions.completeJob(lost.id, { conclusion: "failure", tokensLiveOn: true });
    expect((await refusal(withToken(ended.githubToken).rest.repos.get(at))).status).toBe(401);
    expect((await withToken(lost.githubToken).rest.repos.get(at)).status).toBe(200);
  });
});
