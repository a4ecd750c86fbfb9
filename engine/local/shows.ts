/** What questions on this machine show: read from the run's own commits, never from a folder that moves on. */
import type { Shown } from "../core/shown.ts";
import type { RunState } from "../core/state.ts";
import { workGit } from "../git/work-repo.ts";
import type { Pipeline } from "../graph/pipeline.ts";
import { showsOf, type WorkReader } from "../stages/human/shows.ts";
import { readManifest } from "./folder.ts";

/** More than this nobody reads before answering. */
const MOST_BYTES = 8 * 1024 * 1024;

export async function localShows(
  root: string,
  state: RunState,
  pipeline: Pipeline,
): Promise<ReadonlyMap<string, readonly Shown[]>> {
  const { repo, base_sha } = await readManifest(root);
  return repo === null ? new Map() : showsOf(state, pipeline, gitReader(repo, base_sha));
}

function gitReader(repo: string, base: string | null): WorkReader {
  const git = workGit(repo);
  const text = async (args: readonly string[]): Promise<string> =>
    (await git(args, { maxBytes: MOST_BYTES })).stdout.toString("utf8");
  return {
    async file(commit, path) {
      const listed = await text(["ls-tree", "-z", "--full-tree", commit, "--", path]);
      // A plain file alone: not a link, not a folder.
      const [, blob] = /^100(?:644|755) blob ([0-9a-f]+)\t/.exec(listed) ?? [];
      return blob === undefined ? null : text(["cat-file", "blob", blob]);
    },
    diff: async (commit) =>
      base === null
        ? null
        : text(["diff", "--no-color", "--no-ext-diff", "--no-textconv", base, commit, "--"]),
  };
}
