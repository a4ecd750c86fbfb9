/** Files of a pinned commit by the API. */
import { z } from "zod";
import type { GitHub } from "./request.ts";

/** Reads a file of the pinned commit; null when it is not there. */
export type ReadPinned = (path: string) => Promise<string | null>;

const File = z.object({ type: z.literal("file"), content: z.string(), encoding: z.literal("base64") });
/** A folder is a list; a link or a submodule is no file of this commit. */
const NoFile = z.union([z.array(z.unknown()), z.object({ type: z.enum(["symlink", "submodule", "dir"]) })]);
const TooLarge = z.object({ type: z.literal("file"), encoding: z.literal("none"), size: z.number() });

export function contents(github: GitHub, sha: string): ReadPinned {
  return async (path) => {
    try {
      const { data } = await github.request("GET /repos/{owner}/{repo}/contents/{path}", { path, ref: sha });
      if (NoFile.safeParse(data).success) return null;
      const large = TooLarge.safeParse(data);
      if (large.success)
        throw new Error(
          `${path} has ${large.data.size} bytes; GitHub hands out files up to a megabyte this way`,
        );
      // An answer that was cut off is no missing file: what is missing has a default.
      return Buffer.from(File.parse(data).content, "base64").toString("utf8");
    } catch (error) {
      if (typeof error === "object" && error !== null && "status" in error && error.status === 404)
        return null;
      throw error;
    }
  };
}

/** Files that are kept, the newest: a graph with all its prompts, and some more. */
const MOST_KEPT = 250;

/** What a commit holds never changes: a graph and its configuration are asked for once, not at every end. */
export function readOnce(readAt: (sha: string) => ReadPinned): (sha: string) => ReadPinned {
  const kept = new Map<string, Promise<string | null>>();
  return (sha) => (path) => {
    const key = `${sha} ${path}`;
    const found = kept.get(key) ?? readAt(sha)(path);
    kept.delete(key);
    kept.set(key, found);
    found.catch(() => kept.delete(key));
    const [oldest] = kept.keys();
    if (kept.size > MOST_KEPT && oldest !== undefined) kept.delete(oldest);
    return found;
  };
}
