/** Where `uses:` leads: a commit of a repository in the box, or a folder that stands in for a repository outside it. */

import { execFile } from "node:child_process";
import { mkdir, readFile } from "node:fs/promises";
import { join, resolve, sep } from "node:path";
import type { RepositoryRef } from "../actions/port.ts";
import { commitAt } from "../git/refs.ts";
import { git, tryGit } from "../git/run.ts";

export type Place =
  | {
      readonly kind: "commit";
      readonly repository: RepositoryRef;
      readonly ref: string;
      readonly sha: string;
    }
  | {
      readonly kind: "folder";
      readonly fullName: string;
      readonly folder: string;
      readonly ref: string;
      readonly strict: boolean;
    };

/** A repository that is not in the box but may be used: the refs that exist of it, or any. */
export interface StandIn {
  readonly folder: string;
  readonly refs: ReadonlySet<string> | "any";
  /** It does part of what the original does, so an input that it does not know is an error. */
  readonly strict: boolean;
}

export type ActionsRegistry = ReadonlyMap<string, StandIn>;

class UnknownPlace extends Error {
  override readonly name = "UnknownPlace";
}

export const nameOf = (place: Place): string =>
  place.kind === "commit" ? place.repository.fullName : place.fullName;

/** `owner/repo@ref`, looked for among the stand-ins first and then in the box. */
export async function findPlace(
  registry: ActionsRegistry,
  repository: (fullName: string) => RepositoryRef | undefined,
  fullName: string,
  ref: string,
): Promise<Place> {
  const standIn = registry.get(fullName.toLowerCase());
  if (standIn !== undefined) {
    if (standIn.refs !== "any" && !standIn.refs.has(ref)) {
      throw new UnknownPlace(
        `Unable to resolve action \`${fullName}@${ref}\`, unable to find version \`${ref}\``,
      );
    }
    return { kind: "folder", fullName, folder: standIn.folder, ref, strict: standIn.strict };
  }
  const found = repository(fullName);
  if (found === undefined) {
    throw new UnknownPlace(
      `Unable to resolve action \`${fullName}@${ref}\`, repository not found: add it to the box or to the executor's registry`,
    );
  }
  const sha = await commitAt(found.gitDir, ref);
  if (sha === undefined) {
    throw new UnknownPlace(
      `Unable to resolve action \`${fullName}@${ref}\`, unable to find version \`${ref}\``,
    );
  }
  return { kind: "commit", repository: found, ref, sha };
}

/** A file's text, undefined when the place has no such file. */
export async function readPlaceFile(place: Place, path: string): Promise<string | undefined> {
  if (place.kind === "folder") {
    return readFile(within(place.folder, path), "utf8").catch(() => undefined);
  }
  const found = await tryGit(place.repository.gitDir, ["show", `${place.sha}:${path}`]);
  return found.code === 0 ? found.stdout.toString() : undefined;
}

/** The place's files on disk: a stand-in where it is, a commit exported below `into`. */
export async function exportPlace(place: Place, into: string): Promise<string> {
  if (place.kind === "folder") return place.folder;
  const target = join(into, ...place.repository.fullName.split("/"), place.sha);
  await mkdir(target, { recursive: true });
  const archive = await git(place.repository.gitDir, ["archive", place.sha]);
  await new Promise<void>((done, fail) => {
    const tar = execFile("tar", ["-x", "-C", target], (error) => (error === null ? done() : fail(error)));
    // Its exit says what became of it; that nobody reads any more is no news then.
    tar.stdin?.on("error", () => undefined);
    tar.stdin?.end(archive);
  });
  return target;
}

/** `path` below `folder`; a path that leads out is refused. */
export function within(folder: string, path: string): string {
  const full = resolve(folder, path);
  if (full !== folder && !full.startsWith(folder.endsWith(sep) ? folder : folder + sep)) {
    throw new UnknownPlace(`the path '${path}' leads out of its repository`);
  }
  return full;
}
