/** A box with people, a private repository and an installed app, as most tests need it. */

import { Octokit } from "octokit";
import { onTestFinished } from "vitest";
import type { Permissions } from "../../../box/actions/port.ts";
import type { Box, BoxOptions } from "../../../box/box.ts";
import { startBox } from "../../../box/server.ts";
import type { RegisteredApp } from "../../../box/setup/apps.ts";
import type { Files } from "../../../box/setup/repositories.ts";
import type { Installation, User } from "../../../box/state/model.ts";
import type { Repository } from "../../../box/state/records.ts";
import { appJwt } from "./app-jwt.ts";

export const HOP = `name: Hop
on:
  workflow_dispatch:
    inputs:
      hop: { required: true }
      kind: { type: choice, options: [a, b], default: a }
      loud: { type: boolean }
jobs: {}
`;

const EVENTS = [
  "check_run",
  "check_suite",
  "issue_comment",
  "pull_request",
  "push",
  "repository_dispatch",
  "workflow_dispatch",
  "workflow_job",
  "workflow_run",
];

const APP_PERMISSIONS: Permissions = {
  actions: "write",
  checks: "write",
  contents: "write",
  issues: "write",
  pull_requests: "write",
};

export interface Town {
  readonly box: Box;
  /** Owns the repository. */
  readonly ada: User;
  /** Writes. */
  readonly bob: User;
  /** Only reads. */
  readonly rita: User;
  /** Is nobody there. */
  readonly eve: User;
  readonly repository: Repository;
  readonly at: { readonly owner: string; readonly repo: string };
  readonly main: string;
  readonly registered: RegisteredApp;
  readonly installation: Installation;
  as(user: User): Octokit;
  withToken(token: string): Octokit;
  installationToken(narrow?: object): Promise<string>;
}

export const quiet = { retry: { enabled: false }, throttle: { enabled: false } } as const;

export async function town(
  options: BoxOptions & {
    readonly files?: Files;
    readonly permissions?: Permissions;
    readonly open?: boolean;
  } = {},
): Promise<Town> {
  const box = await startBox(options);
  onTestFinished(async () => {
    await box.close();
    box.assertClean();
  });
  const [ada, bob, rita, eve] = ["ada", "bob", "rita", "eve"].map((login) => box.user(login)) as [
    User,
    User,
    User,
    User,
  ];
  const files = { "README.md": "hello\n", ".github/workflows/hop.yml": HOP, ...options.files };
  const repository = await box.createRepository({
    owner: ada,
    name: "demo",
    files,
    private: options.open !== true,
  });
  box.setRole(repository, bob, "write");
  box.setRole(repository, rita, "read");
  const registered = box.registerApp({
    slug: "attractor",
    owner: ada,
    permissions: options.permissions ?? APP_PERMISSIONS,
    events: EVENTS,
  });
  const installation = box.install(registered.app, ada);
  await box.idle();
  const at = { owner: "ada", repo: "demo" };
  const withToken = (auth: string) => new Octokit({ auth, baseUrl: box.apiUrl, ...quiet });
  const as = (user: User) => withToken(box.tokenOf(user));
  const main = (await as(ada).rest.git.getRef({ ...at, ref: "heads/main" })).data.object.sha;
  return {
    box,
    ada,
    bob,
    rita,
    eve,
    repository,
    at,
    main,
    registered,
    installation,
    as,
    withToken,
    async installationToken(narrow = {}) {
      const app = withToken(appJwt(registered, box.clock.now()));
      const made = await app.request("POST /app/installations/{installation_id}/access_tokens", {
        installation_id: installation.id,
        ...narrow,
      });
      return made.data.token;
    },
  };
}

/** What a refused call says; fails when it was not refused. */
export async function refusal(
  call: Promise<unknown>,
): Promise<{ status: number; message: string; headers: Record<string, string> }> {
  try {
    await call;
  } catch (error) {
    const { status, response } = error as {
      status: number;
      response?: { data: { message: string }; headers: Record<string, string> };
    };
    return { status, message: response?.data.message ?? "", headers: response?.headers ?? {} };
  }
  throw new Error("the call was not refused");
}
