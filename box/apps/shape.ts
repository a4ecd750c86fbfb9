import type { App, Installation } from "../state/model.ts";
import type { Repository } from "../state/records.ts";
import { sees, type World } from "../state/world.ts";
import { nodeId, userShape } from "../users/shape.ts";

export function appShape(world: World, app: App) {
  const created = world.clock.iso(app.createdAt);
  return {
    id: app.id,
    slug: app.slug,
    client_id: `Iv23.${app.id}`,
    node_id: nodeId("Integration", app.id),
    owner: userShape(world, app.owner),
    name: app.name,
    description: null,
    external_url: `${world.urls.server}/apps/${app.slug}`,
    html_url: `${world.urls.server}/apps/${app.slug}`,
    created_at: created,
    updated_at: created,
    permissions: { ...app.permissions, metadata: "read" },
    events: [...app.events],
    installations_count: [...world.installations.values()].filter((one) => one.app.id === app.id).length,
  };
}

export function installationShape(world: World, installation: Installation) {
  const { id, app, account, repositories } = installation;
  const created = world.clock.iso(installation.createdAt);
  return {
    id,
    account: userShape(world, account),
    repository_selection: repositories === "all" ? "all" : "selected",
    access_tokens_url: `${world.urls.api}/app/installations/${id}/access_tokens`,
    repositories_url: `${world.urls.api}/installation/repositories`,
    html_url: `${world.urls.server}/settings/installations/${id}`,
    app_id: app.id,
    app_slug: app.slug,
    client_id: `Iv23.${app.id}`,
    target_id: account.id,
    target_type: account.type,
    permissions: { ...app.permissions, metadata: "read" },
    events: [...app.events],
    created_at: created,
    updated_at: created,
    single_file_name: null,
    has_multiple_single_files: false,
    single_file_paths: [],
    suspended_by: null,
    suspended_at: null,
  };
}

export function repositoriesOf(world: World, installation: Installation): Repository[] {
  return [...world.repositories.values()].filter((repository) => sees(installation, repository));
}
