import { Octokit } from "octokit";
import { describe, expect, it } from "vitest";
import { dispatch, openPull } from "./support/drive.ts";
import { quiet, town } from "./support/town.ts";

const SECRET = "hush";

describe("Probot", () => {
  it("hears the box and acts on it with its own Octokit", async () => {
    const { Probot, ProbotOctokit, createNodeMiddleware } = await import("probot");
    const { createServer } = await import("node:http");
    const here = await town();
    const { box, registered, as, rita, at } = here;
    const probot = new Probot({
      appId: registered.app.id,
      privateKey: registered.privateKey,
      secret: SECRET,
      baseUrl: box.apiUrl,
      logLevel: "fatal",
      Octokit: ProbotOctokit.defaults({ ...quiet, baseUrl: box.apiUrl }),
    });
    const app = (one: InstanceType<typeof Probot>) => {
      one.on("issue_comment.created", async ({ octokit, payload }) => {
        if (payload.comment.user?.type === "Bot") return;
        const where = { owner: payload.repository.owner.login, repo: payload.repository.name };
        const { data } = await octokit.rest.repos.getCollaboratorPermissionLevel({
          ...where,
          username: payload.sender.login,
        });
        await octokit.rest.reactions.createForIssueComment({
          ...where,
          comment_id: payload.comment.id,
          content: "eyes",
        });
        await octokit.rest.issues.createComment({
          ...where,
          issue_number: payload.issue.number,
          body: `you may ${data.permission}`,
        });
      });
    };
    const middleware = await createNodeMiddleware(app, { probot, webhooksPath: "/" });
    const server = createServer((request, response) => middleware(request, response));
    await new Promise<void>((ready) => server.listen(0, "127.0.0.1", ready));
    registered.app.hook = {
      url: `http://127.0.0.1:${(server.address() as { port: number }).port}/`,
      secret: SECRET,
    };
    const number = await openPull(here);
    await as(rita).rest.issues.createComment({ ...at, issue_number: number, body: "/attractor status" });
    await box.idle();
    const comments = await as(rita).rest.issues.listComments({ ...at, issue_number: number });
    expect(comments.data.map(({ body, user }) => [user?.login, body])).toEqual([
      ["rita", "/attractor status"],
      ["attractor[bot]", "you may read"],
    ]);
    expect(comments.data[0]!.reactions?.eyes).toBe(1);
    registered.app.hook = { ...registered.app.hook!, secret: "wrong" };
    await as(rita).rest.issues.createComment({ ...at, issue_number: number, body: "again" });
    await box.idle();
    expect((await as(rita).rest.issues.listComments({ ...at, issue_number: number })).data).toHaveLength(3);
    server.close();
    server.closeAllConnections();
  });

  it("with its defaults dispatches twice when the first answer is a 502 after the fact", async () => {
    const here = await town();
    here.box.faults.add({ kind: "error-after", on: "actions/create-workflow-dispatch" });
    const eager = new Octokit({
      auth: here.box.tokenOf(here.bob),
      baseUrl: here.box.apiUrl,
      retry: { retryAfterBaseValue: 1 },
    });
    await dispatch(eager, here.at);
    expect(here.repository.runs.size).toBe(2);
    here.box.faults.add({ kind: "error-after", on: "actions/create-workflow-dispatch" });
    await expect(dispatch(eager, here.at, { request: { retries: 0 } })).rejects.toMatchObject({
      status: 502,
    });
    expect(here.repository.runs.size).toBe(3);
  });
});
