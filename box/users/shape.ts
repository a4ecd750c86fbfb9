import type { User } from "../state/model.ts";
import type { World } from "../state/world.ts";

export const nodeId = (kind: string, id: number): string =>
  Buffer.from(`${kind}:${id}`).toString("base64url");

export function userShape({ urls }: World, { id, login, type }: User) {
  const url = `${urls.api}/users/${encodeURIComponent(login)}`;
  return {
    login,
    id,
    node_id: nodeId("User", id),
    avatar_url: `${urls.origin}/avatars/${id}`,
    gravatar_id: "",
    url,
    html_url: `${urls.server}/${encodeURIComponent(login)}`,
    followers_url: `${url}/followers`,
    following_url: `${url}/following{/other_user}`,
    gists_url: `${url}/gists{/gist_id}`,
    starred_url: `${url}/starred{/owner}{/repo}`,
    subscriptions_url: `${url}/subscriptions`,
    organizations_url: `${url}/orgs`,
    repos_url: `${url}/repos`,
    events_url: `${url}/events{/privacy}`,
    received_events_url: `${url}/received_events`,
    type,
    site_admin: false,
    user_view_type: "public",
  };
}

/** An organization as payloads of its repositories carry it. */
export function organizationShape({ urls }: World, { id, login }: User) {
  const url = `${urls.api}/orgs/${login}`;
  return {
    login,
    id,
    node_id: nodeId("Organization", id),
    url,
    repos_url: `${url}/repos`,
    events_url: `${url}/events`,
    hooks_url: `${url}/hooks`,
    issues_url: `${url}/issues`,
    members_url: `${url}/members{/member}`,
    public_members_url: `${url}/public_members{/member}`,
    avatar_url: `${urls.origin}/avatars/${id}`,
    description: null,
  };
}

/** Where a user's commits without an address are credited. */
export const noreply = ({ id, login }: User): string => `${id}+${login}@users.noreply.github.com`;
