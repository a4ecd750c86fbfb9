/** The few git operations of GitHub's API that a ledger needs, parsed at the edge. */
import { z } from "zod";
import type { TreeFile } from "../../engine/git/objects.ts";
import type { GitHub } from "../api/request.ts";

const Ref = z.object({ ref: z.string(), object: z.object({ sha: z.string() }) });
const Made = z.object({ sha: z.string() });
const Tree = z.object({
  truncated: z.boolean().optional(),
  tree: z.array(
    z.object({ path: z.string(), type: z.string(), sha: z.string(), size: z.number().optional() }),
  ),
});
const Commit = z.object({ parents: z.array(Made) });
const Blob = z.object({ content: z.string(), encoding: z.literal("base64") });

const MOST_STEPS = 64;

export interface GitData {
  ref(ref: string): Promise<string | null>;
  matching(prefix: string): Promise<Map<string, string>>;
  createRef(ref: string, sha: string): Promise<"created" | "exists">;
  /** Forward only; true when GitHub answered that it stands there now. */
  moveRef(ref: string, sha: string): Promise<boolean>;
  deleteRef(ref: string): Promise<void>;
  files(commit: string): Promise<TreeFile[]>;
  blob(sha: string): Promise<Buffer>;
  commit(input: {
    parents: readonly string[];
    message: string;
    base: string | null;
    changes: ReadonlyMap<string, string | null>;
  }): Promise<string>;
  isAncestor(commit: string, of: string): Promise<boolean>;
}

export const statusOf = (error: unknown): number =>
  typeof error === "object" && error !== null && "status" in error ? Number(error.status) : 0;

/** `refs/attractor/x` without `refs/`, as the API wants it in a path. */
const short = (ref: string): string => ref.replace(/^refs\//, "");

export function gitData(github: GitHub): GitData {
  const orNull = async <T>(call: Promise<T>): Promise<T | null> => {
    try {
      return await call;
    } catch (error) {
      if (statusOf(error) === 404) return null;
      throw error;
    }
  };
  return {
    async ref(ref) {
      const found = await orNull(
        github.request("GET /repos/{owner}/{repo}/git/ref/{+ref}", { ref: short(ref) }),
      );
      return found ? Ref.parse(found.data).object.sha : null;
    },
    async matching(prefix) {
      const { data } = await github.request("GET /repos/{owner}/{repo}/git/matching-refs/{+ref}", {
        ref: short(prefix),
      });
      return new Map(
        z
          .array(Ref)
          .parse(data)
          .map((each) => [each.ref, each.object.sha]),
      );
    },
    async createRef(ref, sha) {
      try {
        await github.request("POST /repos/{owner}/{repo}/git/refs", { ref, sha, request: { retries: 0 } });
        return "created";
      } catch (error) {
        if (statusOf(error) === 422) return "exists";
        throw error;
      }
    },
    async moveRef(ref, sha) {
      try {
        const { data } = await github.request("PATCH /repos/{owner}/{repo}/git/refs/{+ref}", {
          ref: short(ref),
          sha,
          force: false,
          request: { retries: 0 },
        });
        return Ref.parse(data).object.sha === sha;
      } catch (error) {
        if (statusOf(error) === 422) return false;
        throw error;
      }
    },
    async deleteRef(ref) {
      try {
        await github.request("DELETE /repos/{owner}/{repo}/git/refs/{+ref}", { ref: short(ref) });
      } catch (error) {
        if (![404, 422].includes(statusOf(error))) throw error;
      }
    },
    async files(commit) {
      const { data } = await github.request("GET /repos/{owner}/{repo}/git/trees/{tree_sha}", {
        tree_sha: commit,
        recursive: "1",
      });
      const { tree, truncated } = Tree.parse(data);
      if (truncated) throw new Error(`the tree of ${commit} is too large to be listed`);
      return tree.flatMap((entry) =>
        entry.type === "blob" ? [{ path: entry.path, oid: entry.sha, bytes: entry.size ?? 0 }] : [],
      );
    },
    async blob(sha) {
      const { data } = await github.request("GET /repos/{owner}/{repo}/git/blobs/{file_sha}", {
        file_sha: sha,
      });
      return Buffer.from(Blob.parse(data).content, "base64");
    },
    async commit({ parents, message, base, changes }) {
      const tree = [...changes].map(([path, content]) =>
        content === null
          ? { path, mode: "100644", type: "blob", sha: null }
          : { path, mode: "100644", type: "blob", content },
      );
      const made = await github.request("POST /repos/{owner}/{repo}/git/trees", {
        ...(base === null ? {} : { base_tree: base }),
        tree,
      });
      const { data } = await github.request("POST /repos/{owner}/{repo}/git/commits", {
        message,
        tree: Made.parse(made.data).sha,
        parents,
      });
      return Made.parse(data).sha;
    },
    async isAncestor(commit, of) {
      // A ledger is one line of commits, and whoever asks is never far behind.
      let at: string | undefined = of;
      for (let step = 0; at !== undefined && step < MOST_STEPS; step++) {
        if (at === commit) return true;
        const found: { data: unknown } | null = await orNull(
          github.request("GET /repos/{owner}/{repo}/git/commits/{commit_sha}", { commit_sha: at }),
        );
        at = found ? Commit.parse(found.data).parents[0]?.sha : undefined;
      }
      return false;
    },
  };
}
