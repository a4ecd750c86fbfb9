import { generateKeyPairSync } from "node:crypto";
import { describe, expect, it } from "vitest";
import { appJwt } from "./support/app-jwt.ts";
import { refusal, town } from "./support/town.ts";

const HOUR = 60 * 60 * 1000;

describe("people", () => {
  it("do not see a private repository that they have no part in", async () => {
    const { box, eve, rita, as, at } = await town();
    expect(await refusal(as(eve).rest.repos.get(at))).toMatchObject({ status: 404, message: "Not Found" });
    expect((await as(rita).rest.repos.get(at)).data.permissions).toMatchObject({ pull: true, push: false });
    expect((await fetch(`${box.apiUrl}/repos/ada/demo`)).status).toBe(404);
  });

  it("need write access to write", async () => {
    const { rita, as, at, main } = await town();
    const refused = await refusal(as(rita).rest.git.createRef({ ...at, ref: "refs/heads/x", sha: main }));
    expect(refused).toMatchObject({ status: 403, message: "Must have push access to repository." });
  });

  it("are known by their tokens", async () => {
    const { withToken, at } = await town();
    expect(await refusal(withToken("ghp_nobody").rest.repos.get(at))).toMatchObject({
      status: 401,
      message: "Bad credentials",
    });
  });

  it("have a permission that others ask for, in GitHub's four words and by role", async () => {
    const { box, bob, rita, eve, repository, as, at } = await town();
    const asked = async (username: string) =>
      (await as(bob).rest.repos.getCollaboratorPermissionLevel({ ...at, username })).data;
    expect(await asked("ada")).toMatchObject({ permission: "admin", role_name: "admin" });
    expect(await asked("eve")).toMatchObject({ permission: "none" });
    box.setRole(repository, rita, "triage");
    box.setRole(repository, eve, "maintain");
    expect(await asked("rita")).toMatchObject({ permission: "read", role_name: "triage" });
    expect(await asked("eve")).toMatchObject({ permission: "write", role_name: "maintain" });
    expect((await refusal(asked("nobody-at-all"))).status).toBe(404);
  });
});

describe("an app", () => {
  it("proves itself by a token signed with its own key", async () => {
    const { box, registered, withToken } = await town();
    const good = withToken(appJwt(registered, box.clock.now()));
    expect((await good.rest.apps.getAuthenticated()).data?.slug).toBe("attractor");
    const other = generateKeyPairSync("rsa", {
      modulusLength: 2048,
      publicKeyEncoding: { type: "spki", format: "pem" },
      privateKeyEncoding: { type: "pkcs8", format: "pem" },
    });
    const forged = appJwt({ ...registered, privateKey: other.privateKey }, box.clock.now());
    expect(await refusal(withToken(forged).rest.apps.getAuthenticated())).toMatchObject({
      status: 401,
      message: "A JSON web token could not be decoded",
    });
  });

  it.each([
    ["over", { exp: 1000 }, /'Expiration time' claim/],
    ["too long", { exp: 9_999_999_999 }, /too far in the future/],
    ["from the future", { iat: 9_999_999_999 }, /'Issued at' claim/],
    ["of nobody", { iss: 1 }, /Integration not found/],
  ])("is refused with a token that is %s", async (_what, claims, message) => {
    const { box, registered, withToken } = await town();
    const refused = await refusal(
      withToken(appJwt(registered, box.clock.now(), claims)).rest.apps.getAuthenticated(),
    );
    expect(refused.message).toMatch(message);
  });

  it("cannot use its own token on a repository, nor an installation's as its own", async () => {
    const { box, registered, withToken, installationToken, at } = await town();
    expect((await refusal(withToken(appJwt(registered, box.clock.now())).rest.repos.get(at))).status).toBe(
      401,
    );
    expect((await refusal(withToken(await installationToken()).rest.apps.getAuthenticated())).status).toBe(
      401,
    );
  });

  it("finds its installation by repository, and none where it is not installed", async () => {
    const { box, ada, bob, registered, installation, withToken, at } = await town();
    const app = withToken(appJwt(registered, box.clock.now()));
    expect((await app.rest.apps.getRepoInstallation(at)).data.id).toBe(installation.id);
    await box.createRepository({ owner: bob, name: "other" });
    expect((await refusal(app.rest.apps.getRepoInstallation({ owner: "bob", repo: "other" }))).status).toBe(
      404,
    );
    expect((await app.rest.apps.listInstallations()).data.map(({ id }) => id)).toEqual([installation.id]);
    expect(
      (await app.rest.apps.getInstallation({ installation_id: installation.id })).data.account,
    ).toMatchObject({ login: ada.login });
  });
});

describe("an installation token", () => {
  it("ends after an hour of box time", async () => {
    const { box, withToken, installationToken, at } = await town({ clock: { speed: 0 } });
    const me = withToken(await installationToken());
    box.clock.advance(HOUR - 1000);
    expect((await me.rest.repos.get(at)).status).toBe(200);
    box.clock.advance(2000);
    expect(await refusal(me.rest.repos.get(at))).toMatchObject({ status: 401, message: "Bad credentials" });
  });

  it("can be narrowed to repositories and permissions, never widened", async () => {
    const { box, ada, withToken, installationToken, at, main } = await town();
    await box.createRepository({ owner: ada, name: "second" });
    const one = withToken(await installationToken({ repositories: ["second"] }));
    expect((await refusal(one.rest.repos.get(at))).status).toBe(404);
    expect(
      (await one.rest.apps.listReposAccessibleToInstallation()).data.repositories.map(({ name }) => name),
    ).toEqual(["second"]);
    const reader = withToken(await installationToken({ permissions: { contents: "read" } }));
    const refused = await refusal(reader.rest.git.createRef({ ...at, ref: "refs/heads/x", sha: main }));
    expect(refused).toMatchObject({ status: 403, message: "Resource not accessible by integration" });
    expect(refused.headers["x-accepted-github-permissions"]).toBe("contents=write");
    expect((await refusal(installationToken({ permissions: { administration: "write" } }))).status).toBe(422);
    expect((await refusal(installationToken({ repositories: ["none"] }))).status).toBe(422);
  });

  it("ends when the app is uninstalled", async () => {
    const { box, installation, withToken, installationToken, at } = await town();
    const me = withToken(await installationToken());
    box.uninstall(installation);
    expect((await refusal(me.rest.repos.get(at))).status).toBe(401);
  });

  it("says every permission that would have done, when it is one too few", async () => {
    const { withToken, installationToken, at } = await town({ permissions: { contents: "read" } });
    const me = withToken(await installationToken());
    const refused = await refusal(me.rest.issues.createComment({ ...at, issue_number: 1, body: "x" }));
    expect(refused.headers["x-accepted-github-permissions"]).toBe("issues=write; pull_requests=write");
  });
});

describe("a public repository", () => {
  it("is read by anybody and by tokens without the permission, but written by neither", async () => {
    const { box, ada, eve, as, withToken, installationToken } = await town({ permissions: {} });
    await box.createRepository({ owner: ada, name: "open", private: false, files: { a: "1" } });
    const at = { owner: "ada", repo: "open" };
    const anonymous = await fetch(`${box.apiUrl}/repos/ada/open/git/ref/heads/main`);
    expect(anonymous.status).toBe(200);
    expect(
      (await withToken(await installationToken()).rest.git.getRef({ ...at, ref: "heads/main" })).status,
    ).toBe(200);
    expect((await refusal(as(eve).rest.git.deleteRef({ ...at, ref: "heads/x" }))).status).toBe(403);
    const unauthenticated = await fetch(`${box.apiUrl}/repos/ada/open/git/refs/heads/main`, {
      method: "DELETE",
    });
    expect(unauthenticated.status).toBe(401);
  });
});
