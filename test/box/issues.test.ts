import { describe, expect, it } from "vitest";
import { refusal, type Town, town } from "./support/town.ts";

async function withPull(
  options: Parameters<typeof town>[0] = {},
): Promise<Town & { readonly number: number }> {
  const here = await town(options);
  await here.box.commit(here.repository, {
    by: here.bob,
    branch: "topic",
    message: "m",
    files: { "x.txt": "1" },
  });
  const made = await here
    .as(here.bob)
    .rest.pulls.create({ ...here.at, head: "topic", base: "main", title: "Topic" });
  return { ...here, number: made.data.number };
}

describe("comments", () => {
  it("are written by whoever reads, changed by their author or a writer", async () => {
    const { bob, rita, as, at, number } = await withPull();
    const made = await as(rita).rest.issues.createComment({
      ...at,
      issue_number: number,
      body: "/attractor help",
    });
    expect(made.data).toMatchObject({
      user: { login: "rita" },
      body: "/attractor help",
      performed_via_github_app: null,
    });
    const comment = { ...at, comment_id: made.data.id };
    await as(bob).rest.issues.updateComment({ ...comment, body: "edited" });
    expect((await as(rita).rest.issues.getComment(comment)).data.body).toBe("edited");
    const bobs = await as(bob).rest.issues.createComment({ ...at, issue_number: number, body: "mine" });
    const refused = await refusal(
      as(rita).rest.issues.updateComment({ ...at, comment_id: bobs.data.id, body: "x" }),
    );
    expect(refused.status).toBe(403);
    await as(rita).rest.issues.deleteComment(comment);
    expect((await refusal(as(rita).rest.issues.getComment(comment))).status).toBe(404);
  });

  it("come in pages that a client can follow, and since a time", async () => {
    const { box, bob, as, at, number } = await withPull({ clock: { speed: 0 } });
    const me = as(bob);
    for (let n = 0; n < 7; n++)
      await me.rest.issues.createComment({ ...at, issue_number: number, body: `c${n}` });
    const asked = { ...at, issue_number: number, per_page: 3 };
    expect((await me.rest.issues.listComments(asked)).headers.link).toMatch(
      /page=2.*rel="next".*page=3.*rel="last"/,
    );
    const all = await me.paginate(me.rest.issues.listComments, asked);
    expect(all.map(({ body }) => body)).toEqual(["c0", "c1", "c2", "c3", "c4", "c5", "c6"]);
    box.clock.advance(60_000);
    await me.rest.issues.createComment({ ...at, issue_number: number, body: "late" });
    const late = await me.rest.issues.listComments({ ...asked, since: box.clock.iso() });
    expect(late.data.map(({ body }) => body)).toEqual(["late"]);
  });

  it("are refused when they are empty or longer than 65,536 characters", async () => {
    const { bob, as, at, number } = await withPull();
    const write = (body: string) => as(bob).rest.issues.createComment({ ...at, issue_number: number, body });
    expect((await refusal(write(" "))).status).toBe(422);
    expect((await refusal(write("x".repeat(65_537)))).status).toBe(422);
    await write("x".repeat(65_536));
  });

  it("of an app carry the app and come from its bot", async () => {
    const { withToken, installationToken, at, number } = await withPull();
    const app = withToken(await installationToken());
    const made = await app.rest.issues.createComment({ ...at, issue_number: number, body: "x" });
    expect(made.data).toMatchObject({
      user: { login: "attractor[bot]", type: "Bot" },
      performed_via_github_app: { slug: "attractor" },
    });
  });

  it("on a pull request need issues or pull_requests, on a plain issue issues alone", async () => {
    const { box, repository, bob, withToken, installationToken, at, number } = await withPull();
    const issue = box.openIssue(repository, bob, "plain");
    const pulls = withToken(await installationToken({ permissions: { pull_requests: "write" } }));
    const issues = withToken(await installationToken({ permissions: { issues: "write" } }));
    const write = (who: typeof pulls, issue_number: number) =>
      who.rest.issues.createComment({ ...at, issue_number, body: "x" });
    await write(pulls, number);
    await write(issues, number);
    await write(issues, issue);
    expect(await refusal(write(pulls, issue))).toMatchObject({
      status: 403,
      message: "Resource not accessible by integration",
    });
    expect((await refusal(pulls.rest.issues.get({ ...at, issue_number: issue }))).status).toBe(403);
  });

  it("show an author's association, which tells less than the permission does", async () => {
    const { box, repository, rita, as, at, number } = await withPull();
    const write = () => as(rita).rest.issues.createComment({ ...at, issue_number: number, body: "x" });
    expect((await write()).data.author_association).toBe("COLLABORATOR");
    box.setRole(repository, rita, "write");
    expect((await write()).data.author_association).toBe("COLLABORATOR");
  });
});

describe("reactions", () => {
  it("of one kind are there once for each user", async () => {
    const { bob, rita, as, at, number } = await withPull();
    const comment = await as(bob).rest.issues.createComment({ ...at, issue_number: number, body: "x" });
    const react = (who: typeof bob, content: "eyes" | "+1") =>
      as(who).rest.reactions.createForIssueComment({ ...at, comment_id: comment.data.id, content });
    expect((await react(bob, "eyes")).status).toBe(201);
    expect((await react(bob, "eyes")).status).toBe(200);
    await react(rita, "eyes");
    await react(rita, "+1");
    const eyes = await as(bob).rest.reactions.listForIssueComment({
      ...at,
      comment_id: comment.data.id,
      content: "eyes",
    });
    expect(eyes.data.map(({ user }) => user?.login)).toEqual(["bob", "rita"]);
    const read = await as(bob).rest.issues.getComment({ ...at, comment_id: comment.data.id });
    expect(read.data.reactions).toMatchObject({ total_count: 3, eyes: 2, "+1": 1 });
    expect(
      (await as(bob).rest.reactions.createForIssue({ ...at, issue_number: number, content: "rocket" }))
        .status,
    ).toBe(201);
  });
});

describe("pull requests", () => {
  it("follow their branch and keep the refs that GitHub keeps", async () => {
    const { box, repository, bob, as, at, number } = await withPull();
    const pull = async () => (await as(bob).rest.pulls.get({ ...at, pull_number: number })).data;
    const before = await pull();
    const sha = await box.commit(repository, {
      by: bob,
      branch: "topic",
      message: "m2",
      files: { "y.txt": "2" },
    });
    expect((await pull()).head.sha).toBe(sha);
    expect(before.head.sha).not.toBe(sha);
    const ref = async (name: string) => (await as(bob).rest.git.getRef({ ...at, ref: name })).data.object.sha;
    expect(await ref(`pull/${number}/head`)).toBe(sha);
    const merge = await as(bob).rest.git.getCommit({ ...at, commit_sha: await ref(`pull/${number}/merge`) });
    expect(merge.data.parents.map((one) => one.sha)).toEqual([(await pull()).base.sha, sha]);
  });

  it("that conflict with their base have no test merge", async () => {
    const { box, repository, ada, bob, as, at, number } = await withPull();
    await box.commit(repository, { by: ada, message: "other", files: { "x.txt": "2" } });
    const { data } = await as(bob).rest.pulls.get({ ...at, pull_number: number });
    expect(data).toMatchObject({ mergeable: false, mergeable_state: "dirty", merge_commit_sha: null });
  });

  it("may come from a fork, whose branches are no refs of the base", async () => {
    const { box, repository, eve, rita, as, at } = await withPull();
    box.setRole(repository, eve, "read");
    const fork = await box.fork(repository, eve);
    const sha = await box.commit(fork, { by: eve, branch: "fix", message: "m", files: { f: "1" } });
    const made = await as(eve).rest.pulls.create({ ...at, head: "eve:fix", base: "main", title: "Fix" });
    expect(made.data.head).toMatchObject({
      sha,
      label: "eve:fix",
      repo: { full_name: "eve/demo", fork: true },
    });
    expect((await refusal(as(rita).rest.git.getRef({ ...at, ref: "heads/fix" }))).status).toBe(404);
    expect(
      (await as(rita).rest.git.getRef({ ...at, ref: `pull/${made.data.number}/head` })).data.object.sha,
    ).toBe(sha);
  });

  it("are there once for a branch, and not without commits or branches", async () => {
    const { bob, as, at } = await withPull();
    const open = (head: string, base = "main") =>
      refusal(as(bob).rest.pulls.create({ ...at, head, base, title: "t" }));
    expect((await open("topic")).status).toBe(422);
    expect((await open("main")).status).toBe(422);
    expect((await open("none")).status).toBe(422);
    expect((await open("topic", "none")).status).toBe(422);
  });

  it("are listed by state, head and base, and can be closed", async () => {
    const { bob, as, at, number } = await withPull();
    const me = as(bob);
    const listed = async (query: object) =>
      (await me.rest.pulls.list({ ...at, ...query })).data.map((one) => one.number);
    expect(await listed({ head: "ada:topic" })).toEqual([number]);
    expect(await listed({ head: "ada:other" })).toEqual([]);
    const closed = await me.rest.pulls.update({ ...at, pull_number: number, state: "closed", title: "New" });
    expect(closed.data).toMatchObject({ state: "closed", title: "New", closed_at: expect.any(String) });
    expect([
      await listed({}),
      await listed({ state: "all" }),
      await listed({ state: "all", base: "x" }),
    ]).toEqual([[], [number], []]);
  });

  it("are told from issues by the issue API", async () => {
    const { box, repository, bob, as, at, number } = await withPull();
    const issue = box.openIssue(repository, bob, "plain");
    const read = async (issue_number: number) =>
      (await as(bob).rest.issues.get({ ...at, issue_number })).data.pull_request;
    expect([await read(issue), typeof (await read(number))]).toEqual([undefined, "object"]);
    expect((await refusal(as(bob).rest.pulls.get({ ...at, pull_number: issue }))).status).toBe(404);
  });
});
