/** Requests to a name that a repository had: GitHub redirects them to the repository's number, which is a path of its own. */
import type { World } from "../state/world.ts";
import type { Answer } from "./answer.ts";

/** The path as the description has it. */
export function byNumber(world: World, pathname: string): string {
  const [, id, rest = ""] = /^\/repositories\/(\d+)(\/.*)?$/.exec(pathname) ?? [];
  if (id === undefined) return pathname;
  const found = [...world.repositories.values()].find((one) => String(one.id) === id);
  return found ? `/repos/${found.fullName}${rest}` : pathname;
}

/** Reads are moved for good, writes are to be made there as they are. */
export function movedAnswer(world: World, method: string, pathname: string, search: string): Answer | null {
  const [, owner = "", name = "", rest = ""] = /^\/repos\/([^/]+)\/([^/]+)(\/.*)?$/.exec(pathname) ?? [];
  const key = `${owner}/${name}`.toLowerCase();
  const moved = world.repositories.has(key) ? undefined : world.movedFrom.get(key);
  if (!moved) return null;
  const location = `${world.urls.api}/repositories/${moved.id}${rest}${search === "" ? "" : `?${search}`}`;
  const read = method === "GET";
  return {
    status: read ? 301 : 307,
    headers: { location },
    raw: Buffer.from(
      JSON.stringify({ message: read ? "Moved Permanently" : "Temporary Redirect", url: location }),
    ),
  };
}
