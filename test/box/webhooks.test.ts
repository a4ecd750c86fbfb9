import { createHmac } from "node:crypto";
import { describe, expect, it } from "vitest";
import { webhookNames } from "../../box/openapi/selection.ts";
import { appJwt } from "./support/app-jwt.ts";
import { dispatch, openPull, play } from "./support/drive.ts";
import { type Inbox, inbox } from "./support/inbox.ts";
import { type Town, town } from "./support/town.ts";

const SECRET = "hush";

async function listening(options: Parameters<typeof town>[0] = {}): Promise<Town & { readonly post: Inbox }> {
  const here = await town(options);
  const post = await inbox();
  here.registered.app.hook = { url: post.url, secret: SECRET };
  return { ...here, post };
}

const asApp = ({ box, registered, withToken }: Town) => withToken(appJwt(registered, box.clock.now()));

describe("webhooks", () => {
  it("are signed over the bytes that are sent and name their delivery", async () => {
    const here = await listening();
    await openPull(here);
    await here.box.idle();
    const [first] = here.post.received;
    const signature = createHmac("sha256", SECRET).update(first!.body).digest("hex");
    expect(first!.headers["x-hub-signature-256"]).toBe(`sha256=${signature}`);
    expect(first!.headers["x-github-delivery"]).toMatch(/^[0-9a-f-]{36}$/);
    expect(JSON.parse(first!.body)).toMatchObject({
      installation: { id: here.installation.id },
      repository: { full_name: "ada/demo" },
      sender: { login: "bob" },
    });
  });

  it("tell everything that is in the slice, each payload as GitHub describes it", async () => {
    const here = await listening();
    const { box, repository, bob, as, at, main, withToken, installationToken } = here;
    const number = await openPull(here);
    await box.commit(repository, { by: bob, branch: "topic", message: "m", files: { b: "1" } });
    for (const state of ["closed", "open"] as const)
      await as(bob).rest.pulls.update({ ...at, pull_number: number, state });
    const comment = await as(bob).rest.issues.createComment({ ...at, issue_number: number, body: "x" });
    await as(bob).rest.issues.updateComment({ ...at, comment_id: comment.data.id, body: "y" });
    await as(bob).rest.issues.deleteComment({ ...at, comment_id: comment.data.id });
    await as(bob).rest.repos.createDispatchEvent({ ...at, event_type: "go", client_payload: {} });
    const app = withToken(await installationToken());
    const actions = [{ label: "Go", description: "on", identifier: "go" }];
    const made = await app.rest.checks.create({
      ...at,
      name: "c",
      head_sha: main,
      conclusion: "neutral",
      actions,
    });
    const check = repository.checks.get(made.data.id)!;
    box.browser.clickButton(bob, check, "go");
    box.browser.rerequest(bob, check);
    box.browser.rerequestSuite(bob, check);
    const runId = await dispatch(as(bob), at);
    box.actions.addJob(runId, { key: "held", name: "held", labels: [], permissions: {}, status: "waiting" });
    box.actions.completeJob(box.actions.jobs(runId, 1)[0]!.id, { conclusion: "cancelled" });
    play(here, runId, { trunk: "success" }, "success");
    box.chooseRepositories(here.installation, []);
    box.chooseRepositories(here.installation, [repository]);
    box.uninstall(here.installation);
    box.install(here.registered.app, here.ada);
    await box.idle();
    const told = new Set(
      here.post.received.map(({ name }) => name.replace(/^repository_dispatch.*/, "repository_dispatch")),
    );
    expect([...told].sort()).toEqual([...webhookNames]);
  });

  it("reach only apps that are installed there and asked for the event", async () => {
    const here = await listening();
    const deaf = here.box.registerApp({
      slug: "deaf",
      owner: here.ada,
      permissions: {},
      events: ["issue_comment"],
      hook: { url: here.post.url, secret: SECRET },
    });
    here.box.install(deaf.app, here.ada);
    await here.box.idle();
    here.post.received.length = 0;
    const number = await openPull(here);
    await here.as(here.rita).rest.issues.createComment({ ...here.at, issue_number: number, body: "x" });
    const other = await here.box.createRepository({ owner: here.bob, name: "other", files: { a: "1" } });
    await here.box.commit(other, { by: here.bob, message: "m", files: { a: "2" } });
    await here.box.idle();
    const heard = here.post.received.map(({ name, headers }) => [
      name,
      Number(headers["x-github-hook-id"]) === deaf.app.id,
    ]);
    expect(heard.filter(([, isDeaf]) => isDeaf)).toEqual([["issue_comment.created", true]]);
    expect(here.post.names().filter((name) => name === "push")).toHaveLength(1);
  });

  it("of a check run's button reach its own app alone; a job's check run has buttons that nobody hears", async () => {
    const here = await listening();
    const { box, repository, bob, as, withToken, at, main } = here;
    const runId = await dispatch(as(bob), at);
    const { running } = await import("./support/drive.ts");
    const { githubToken } = running(here, runId, "x", { checks: "write" });
    const actions = [{ label: "Go", description: "on", identifier: "go" }];
    const made = await withToken(githubToken).rest.checks.create({
      ...at,
      name: "c",
      head_sha: main,
      conclusion: "neutral",
      actions,
    });
    await box.idle();
    here.post.received.length = 0;
    box.browser.clickButton(bob, repository.checks.get(made.data.id)!, "go");
    await box.idle();
    expect(here.post.names()).toEqual([]);
  });

  it("say nothing of custom refs", async () => {
    const here = await listening();
    await here
      .as(here.bob)
      .rest.git.createRef({ ...here.at, ref: "refs/attractor/r1/trunk", sha: here.main });
    await here.box.idle();
    expect(here.post.names()).toEqual([]);
  });

  it("of a partial re-run tell again of jobs that were kept, and never `requested`", async () => {
    const here = await listening();
    const { box, as, bob, at } = here;
    const runId = await dispatch(as(bob), at);
    const { jobs } = play(here, runId, { trunk: "success", leg: "failure" }, "failure");
    await box.idle();
    here.post.received.length = 0;
    await as(bob).rest.actions.reRunWorkflowFailedJobs({ ...at, run_id: runId });
    box.actions.keepJob(runId, jobs.trunk!);
    await box.idle();
    expect(here.post.names()).toEqual(["workflow_job.completed"]);
    expect(JSON.parse(here.post.received[0]!.body).workflow_job).toMatchObject({
      name: "trunk",
      run_attempt: 2,
    });
  });
});

describe("a delivery", () => {
  it("that failed is not tried again by itself, but can be sent again under the same id", async () => {
    const here = await listening();
    here.post.status = 500;
    await openPull(here);
    await here.box.idle();
    const sent = here.post.received.length;
    here.box.clock.advance(60 * 60 * 1000);
    await here.box.idle();
    expect(here.post.received).toHaveLength(sent);
    const app = asApp(here);
    const failed = await app.rest.apps.listWebhookDeliveries({ status: "failure" });
    expect(failed.data).toHaveLength(sent);
    expect(failed.data[0]).toMatchObject({
      status_code: 500,
      redelivery: false,
      repository_id: here.repository.id,
    });
    here.post.status = 200;
    await app.rest.apps.redeliverWebhookDelivery({ delivery_id: failed.data[0]!.id });
    await here.box.idle();
    const again = here.post.received.at(-1)!;
    expect(again.headers["x-github-delivery"]).toBe(failed.data[0]!.guid);
    const good = await app.rest.apps.listWebhookDeliveries({ status: "success" });
    expect(good.data).toMatchObject([{ guid: failed.data[0]!.guid, redelivery: true }]);
    const whole = await app.rest.apps.getWebhookDelivery({ delivery_id: good.data[0]!.id });
    expect(whole.data.request.payload).toEqual(JSON.parse(again.body));
  });

  it("to nobody is recorded as failed, and gone after three days", async () => {
    const here = await listening({ clock: { speed: 0 } });
    here.registered.app.hook = { url: "http://127.0.0.1:9/", secret: SECRET };
    await openPull(here);
    await here.box.idle();
    const listed = async () => (await asApp(here).rest.apps.listWebhookDeliveries({ per_page: 100 })).data;
    expect((await listed()).map(({ status_code }) => status_code)).toContain(502);
    here.box.clock.advance(3 * 24 * 60 * 60 * 1000 + 1);
    expect(await listed()).toEqual([]);
  });

  it("that is answered too late counts as failed", async () => {
    const here = await listening();
    here.post.slowMs = 60_000;
    here.box.faults.webhooks.answerWithinMs = 20;
    await openPull(here);
    await here.box.idle();
    const { data } = await asApp(here).rest.apps.listWebhookDeliveries();
    expect(data.map(({ status_code, status }) => [status_code, status])).toContainEqual([504, "timed out"]);
  });

  it("is listed by cursor", async () => {
    const here = await listening();
    await openPull(here);
    await here.box.idle();
    const all = await asApp(here).paginate(asApp(here).rest.apps.listWebhookDeliveries, { per_page: 2 });
    expect(new Set(all.map(({ id }) => id)).size).toBe(here.post.received.length);
  });
});

describe("the knobs of deliveries", () => {
  const pushes = async (here: Town & { readonly post: Inbox }, many: number): Promise<string[]> => {
    for (let n = 0; n < many; n++) {
      await here.box.commit(here.repository, { by: here.bob, message: `m${n}`, files: { a: String(n) } });
    }
    await here.box.idle();
    return here.post.received
      .filter(({ name }) => name === "push")
      .map(({ body }) => JSON.parse(body).head_commit.message);
  };

  it("lose them for good: no record, nothing to send again", async () => {
    const here = await listening();
    here.box.faults.webhooks.lose = 1;
    expect(await pushes(here, 2)).toEqual([]);
    expect((await asApp(here).rest.apps.listWebhookDeliveries()).data).toEqual([]);
  });

  it("double them under one id", async () => {
    const here = await listening();
    here.box.faults.webhooks.duplicate = 1;
    expect(await pushes(here, 1)).toEqual(["m0", "m0"]);
    const ids = here.post.received
      .filter(({ name }) => name === "push")
      .map(({ headers }) => headers["x-github-delivery"]);
    expect(new Set(ids).size).toBe(1);
  });

  it("delay them in box time", async () => {
    const here = await listening({ clock: { speed: 0 } });
    here.box.faults.webhooks.delayMs = [5000, 5000];
    expect(await pushes(here, 1)).toEqual([]);
    here.box.clock.advance(5000);
    await here.box.idle();
    expect(here.post.names()).toContain("push");
  });

  it("reorder them, the same way for the same seed", async () => {
    const order = async (seed: number) => {
      const here = await listening({ seed });
      Object.assign(here.box.faults.webhooks, { reorder: 0.5, lose: 0.3 });
      return pushes(here, 8);
    };
    const [one, again] = [await order(7), await order(7)];
    expect([...one].sort()).toEqual([...again].sort());
    expect(one).not.toEqual([...one].sort());
  });
});
