import { describe, expect, it } from "vitest";
import type { CheckRun } from "../../box/state/records.ts";
import { dispatch, running } from "./support/drive.ts";
import { refusal, type Town, town } from "./support/town.ts";

const BUTTONS = [
  { label: "Ship it", description: "continue", identifier: "gate:ship" },
  { label: "Stop", description: "end", identifier: "gate:stop" },
];

const record = ({ repository }: Town, id: number): CheckRun => repository.checks.get(id)!;

describe("check runs", () => {
  it("are made by apps only: a person's token cannot", async () => {
    const { ada, as, at, main } = await town();
    const refused = await refusal(as(ada).rest.checks.create({ ...at, name: "x", head_sha: main }));
    expect(refused).toMatchObject({ status: 403, message: "You must authenticate via a GitHub App." });
  });

  it("belong to the app that made them: another cannot change them", async () => {
    const { box, ada, repository, withToken, installationToken, at, main } = await town();
    const mine = withToken(await installationToken());
    const made = await mine.rest.checks.create({ ...at, name: "x", head_sha: main, external_id: "run-1" });
    expect(made.data).toMatchObject({ app: { slug: "attractor" }, status: "queued", external_id: "run-1" });
    const other = box.registerApp({
      slug: "other",
      owner: ada,
      permissions: { checks: "write" },
      events: [],
    });
    const run = { conclusion: "success" as const };
    const { appJwt } = await import("./support/app-jwt.ts");
    const installed = box.install(other.app, ada, [repository]);
    const token = await withToken(appJwt(other, box.clock.now())).rest.apps.createInstallationAccessToken({
      installation_id: installed.id,
    });
    const theirs = withToken(token.data.token).rest.checks.update({
      ...at,
      check_run_id: made.data.id,
      ...run,
    });
    expect((await refusal(theirs)).message).toMatch(/can only be modified by the GitHub App that created it/);
  });

  it("are completed by a conclusion, and `completed` needs one", async () => {
    const { box, withToken, installationToken, at, main } = await town();
    const me = withToken(await installationToken());
    const made = await me.rest.checks.create({ ...at, name: "x", head_sha: main, status: "in_progress" });
    const update = (input: object) => me.rest.checks.update({ ...at, check_run_id: made.data.id, ...input });
    expect((await refusal(update({ status: "completed" }))).status).toBe(422);
    box.takeViolations();
    expect((await update({ conclusion: "action_required" })).data).toMatchObject({
      status: "completed",
      conclusion: "action_required",
    });
    expect((await refusal(update({ conclusion: "stale" }))).status).toBe(422);
    box.takeViolations();
  });

  it("stay completed: a later status or conclusion changes nothing, a new summary does", async () => {
    const { withToken, installationToken, at, main } = await town();
    const { checks } = withToken(await installationToken()).rest;
    const made = await checks.create({ ...at, name: "x", head_sha: main, conclusion: "action_required" });
    const check_run_id = made.data.id;
    const output = { title: "t", summary: "answered" };
    await checks.update({ ...at, check_run_id, status: "in_progress", output });
    await checks.update({ ...at, check_run_id, conclusion: "success" });
    expect((await checks.get({ ...at, check_run_id })).data).toMatchObject({
      status: "completed",
      conclusion: "action_required",
      output: { summary: "answered" },
    });
  });

  it("have the link that a registered app gives them; a job's token sets none", async () => {
    const here = await town();
    const { as, bob, at, main } = here;
    const job = running(here, await dispatch(as(bob), at), "x", { checks: "write" });
    const link = "https://example.test/run";
    const made = async (token: string) =>
      (
        await here
          .withToken(token)
          .rest.checks.create({ ...at, name: "y", head_sha: main, details_url: link, status: "queued" })
      ).data.details_url;
    expect(await made(await here.installationToken())).toBe(link);
    expect(await made(job.githubToken)).not.toBe(link);
  });

  it("take fifty annotations a request and add them up", async () => {
    const { box, withToken, installationToken, at, main } = await town();
    const me = withToken(await installationToken());
    const made = await me.rest.checks.create({ ...at, name: "x", head_sha: main });
    const annotate = (many: number) =>
      me.rest.checks.update({
        ...at,
        check_run_id: made.data.id,
        output: {
          title: "t",
          summary: "s",
          annotations: Array.from({ length: many }, (_, n) => ({
            path: "a.ts",
            start_line: n + 1,
            end_line: n + 1,
            annotation_level: "failure" as const,
            message: "m",
          })),
        },
      });
    expect((await refusal(annotate(51))).status).toBe(422);
    expect(box.takeViolations()).toHaveLength(1);
    await annotate(50);
    expect((await annotate(10)).data.output.annotations_count).toBe(60);
    const listed = await me.paginate(me.rest.checks.listAnnotations, {
      ...at,
      check_run_id: made.data.id,
      per_page: 100,
    });
    expect(listed).toHaveLength(60);
  });

  it.each([
    ["a label over 20 characters", { actions: [{ ...BUTTONS[0]!, label: "x".repeat(21) }] }],
    ["an identifier over 20 characters", { actions: [{ ...BUTTONS[0]!, identifier: "x".repeat(21) }] }],
    ["a description over 40 characters", { actions: [{ ...BUTTONS[0]!, description: "x".repeat(41) }] }],
    ["four buttons", { actions: [...BUTTONS, ...BUTTONS] }],
    ["a summary over 65,535 characters", { output: { title: "t", summary: "x".repeat(65_536) } }],
  ])("refuse %s", async (_what, input) => {
    const { box, withToken, installationToken, at, main } = await town();
    const me = withToken(await installationToken());
    const refused = await refusal(me.rest.checks.create({ ...at, name: "x", head_sha: main, ...input }));
    expect(refused.status).toBe(422);
    expect(box.takeViolations()).toHaveLength(1);
  });

  it("need a commit of the repository", async () => {
    const { withToken, installationToken, at } = await town();
    const me = withToken(await installationToken());
    const refused = await refusal(me.rest.checks.create({ ...at, name: "x", head_sha: "1".repeat(40) }));
    expect(refused.message).toMatch(/No commit found for SHA/);
  });

  it("are listed for a ref, the newest of each name unless all are asked for", async () => {
    const { withToken, installationToken, at, main } = await town();
    const me = withToken(await installationToken());
    const ids = [];
    for (const name of ["a", "a", "b"])
      ids.push((await me.rest.checks.create({ ...at, name, head_sha: main })).data.id);
    const listed = async (query: object) =>
      (await me.rest.checks.listForRef({ ...at, ref: "main", ...query })).data.check_runs.map(({ id }) => id);
    expect(await listed({})).toEqual([ids[2], ids[1]]);
    expect(await listed({ filter: "all" })).toHaveLength(3);
    expect(await listed({ check_name: "b" })).toEqual([ids[2]]);
    expect(await listed({ app_id: 1 })).toEqual([]);
  });
});

describe("buttons", () => {
  it("are shown on completed check runs only, and to writers", async () => {
    const here = await town();
    const { box, bob, rita, withToken, installationToken, at, main } = here;
    const me = withToken(await installationToken());
    const made = await me.rest.checks.create({
      ...at,
      name: "gate",
      head_sha: main,
      status: "in_progress",
      actions: BUTTONS,
    });
    const check = record(here, made.data.id);
    expect(() => box.browser.clickButton(bob, check, "gate:ship")).toThrow(/in_progress.*shows no button/);
    await me.rest.checks.update({ ...at, check_run_id: check.id, conclusion: "action_required" });
    expect(() => box.browser.clickButton(rita, check, "gate:ship")).toThrow(/no write access/);
    expect(() => box.browser.clickButton(bob, check, "gate:other")).toThrow(/shows no button/);
    box.browser.clickButton(bob, check, "gate:ship");
  });

  it("cannot be re-requested before the end", async () => {
    const here = await town();
    const { box, bob, withToken, installationToken, at, main } = here;
    const me = withToken(await installationToken());
    const made = await me.rest.checks.create({ ...at, name: "x", head_sha: main });
    expect(() => box.browser.rerequest(bob, record(here, made.data.id))).toThrow(/not completed/);
  });
});

describe("suites", () => {
  it("gather an app's check runs on a commit, and are there from the push on", async () => {
    const { box, bob, repository, withToken, installationToken, at } = await town();
    const head_sha = await box.commit(repository, { by: bob, message: "m", files: { a: "1" } });
    const pushed = [...repository.suites.values()].find((suite) => suite.headSha === head_sha)!;
    const me = withToken(await installationToken());
    for (const name of ["a", "b"]) {
      const made = await me.rest.checks.create({ ...at, name, head_sha });
      expect(made.data.check_suite?.id).toBe(pushed.id);
    }
    expect(pushed).toMatchObject({ headBranch: "main", app: { slug: "attractor" } });
  });

  it("of a job's token are the first workflow run's on that commit, whatever job it is", async () => {
    const here = await town({ files: { ".github/workflows/lint.yml": "name: Lint\non: push\njobs: {}\n" } });
    const { box, bob, as, withToken, at, main } = here;
    const asked = {
      ...at,
      workflow_id: "hop.yml",
      ref: "main",
      inputs: { hop: "1" },
      return_run_details: true,
    };
    const dispatched = await as(bob).rest.actions.createWorkflowDispatch(asked);
    const runId = (dispatched.data as unknown as { workflow_run_id: number }).workflow_run_id;
    box.actions.startRun(runId);
    const job = box.actions.addJob(runId, {
      key: "trunk",
      name: "trunk",
      labels: [],
      permissions: { checks: "write" },
    });
    const { githubToken } = box.actions.startJob(job.id, { name: "r1" });
    const made = await withToken(githubToken).rest.checks.create({ ...at, name: "mine", head_sha: main });
    const lint = [...here.repository.runs.values()].find((run) => run.workflowName === "Lint")!;
    expect(made.data).toMatchObject({ app: { slug: "github-actions" }, check_suite: { id: lint.suite.id } });
    expect(lint.suite.id).not.toBe(here.repository.runs.get(runId)!.suite.id);
  });

  it("list no pull request whose head is in a fork", async () => {
    const { box, repository, bob, eve, as, withToken, installationToken, at } = await town();
    box.setRole(repository, eve, "read");
    const own = await box.commit(repository, { by: bob, branch: "topic", message: "m", files: { a: "1" } });
    await as(bob).rest.pulls.create({ ...at, head: "topic", base: "main", title: "t" });
    const fork = await box.fork(repository, eve);
    const foreign = await box.commit(fork, { by: eve, branch: "fix", message: "m", files: { b: "1" } });
    await as(eve).rest.pulls.create({ ...at, head: "eve:fix", base: "main", title: "t" });
    const me = withToken(await installationToken());
    const pulls = async (head_sha: string) =>
      (await me.rest.checks.create({ ...at, name: "x", head_sha })).data.pull_requests.length;
    expect([await pulls(own), await pulls(foreign)]).toEqual([1, 0]);
  });
});
