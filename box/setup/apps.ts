/** GitHub Apps: registered with a key of their own, then installed on accounts. */

import { generateKeyPairSync } from "node:crypto";
import type { Permissions } from "../actions/port.ts";
import { installationShape, repositoriesOf } from "../apps/shape.ts";
import type { App, Installation, User } from "../state/model.ts";
import type { Repository } from "../state/records.ts";
import type { World } from "../state/world.ts";
import { nodeId } from "../users/shape.ts";
import { account } from "./people.ts";

export interface NewApp {
  readonly slug: string;
  readonly owner: User;
  readonly permissions: Permissions;
  readonly events: readonly string[];
  readonly hook?: { readonly url: string; readonly secret: string };
}

export interface RegisteredApp {
  readonly app: App;
  /** PEM, as GitHub hands it out once. */
  readonly privateKey: string;
}

// A key takes long to make, and nothing that is tested hangs on two apps having two.
let pair: { readonly publicKey: string; readonly privateKey: string } | undefined;

export function registerApp(world: World, { slug, owner, permissions, events, hook }: NewApp): RegisteredApp {
  pair ??= generateKeyPairSync("rsa", {
    modulusLength: 2048,
    publicKeyEncoding: { type: "spki", format: "pem" },
    privateKeyEncoding: { type: "pkcs8", format: "pem" },
  });
  const app: App = {
    id: world.nextId(),
    slug,
    name: slug,
    owner,
    bot: account(world, `${slug}[bot]`, "Bot"),
    permissions,
    events,
    publicKey: pair.publicKey,
    createdAt: world.clock.now(),
    hook,
  };
  world.apps.set(app.id, app);
  return { app, privateKey: pair.privateKey };
}

/** The app that a job's own token is: no key, no hook, installed nowhere. */
export function actionsApp(nextId: () => number, now: number): App {
  const owner: User = { id: nextId(), login: "github", type: "Organization" };
  return {
    id: nextId(),
    slug: "github-actions",
    name: "GitHub Actions",
    owner,
    bot: { id: nextId(), login: "github-actions[bot]", type: "Bot" },
    permissions: {},
    events: [],
    publicKey: "",
    createdAt: now,
    hook: undefined,
  };
}

export function installApp(
  world: World,
  app: App,
  on: User,
  repositories: "all" | readonly Repository[],
  by: User,
): Installation {
  const installation: Installation = {
    id: world.nextId(),
    app,
    account: on,
    repositories: repositories === "all" ? "all" : new Set(repositories.map(({ id }) => id)),
    createdAt: world.clock.now(),
  };
  world.installations.set(installation.id, installation);
  tell(world, "created", installation, by);
  return installation;
}

/** Which repositories the app sees from now on. */
export function chooseRepositories(
  world: World,
  installation: Installation,
  chosen: readonly Repository[],
  by: User,
): void {
  const before = repositoriesOf(world, installation);
  installation.repositories = new Set(chosen.map(({ id }) => id));
  const added = chosen.filter((one) => !before.includes(one));
  const removed = before.filter((one) => !chosen.includes(one));
  for (const [action, some] of [
    ["added", added],
    ["removed", removed],
  ] as const) {
    if (some.length === 0) continue;
    world.publish({
      name: "installation_repositories",
      action,
      sender: by,
      byJobToken: false,
      onlyApp: installation.app,
      installation,
      payload: {
        installation: installationShape(world, installation),
        repository_selection: "selected",
        repositories_added: action === "added" ? added.map(listed) : [],
        repositories_removed: action === "removed" ? removed.map(listed) : [],
        requester: null,
      },
    });
  }
}

const listed = ({ id, name, fullName, private: hidden }: Repository) => ({
  id,
  node_id: nodeId("Repository", id),
  name,
  full_name: fullName,
  private: hidden,
});

/** Its tokens end with it. */
export function uninstallApp(world: World, installation: Installation, by: User): void {
  tell(world, "deleted", installation, by);
  world.installations.delete(installation.id);
  for (const token of world.tokens.values()) {
    if (token.principal.kind === "installation" && token.principal.installation === installation)
      token.revoked = true;
  }
}

function tell(world: World, action: "created" | "deleted", installation: Installation, sender: User): void {
  const repositories = repositoriesOf(world, installation).map(listed);
  world.publish({
    name: "installation",
    action,
    sender,
    byJobToken: false,
    onlyApp: installation.app,
    installation,
    payload: { installation: installationShape(world, installation), repositories },
  });
}
