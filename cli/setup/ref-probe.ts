/** Hidden refs made, moved, refused and read through the API, on commits that exist already. */
import { setTimeout as sleep } from "node:timers/promises";
import { z } from "zod";
import type { Probe } from "../../action/probe/report.ts";
import { messageOf } from "../../engine/message-of.ts";
import type { GitHub } from "../../github/api/request.ts";
import { type GitData, statusOf } from "../../github/ledger/git-data.ts";

/** How long GitHub may go on showing what was. */
const LAG_MS = 10_000;
const LOOK_EVERY_MS = 250;

const Commit = z.object({ parents: z.array(z.object({ sha: z.string() })) });

export interface Probing {
  readonly github: GitHub;
  readonly git: GitData;
  readonly branch: string;
  readonly ref: string;
  readonly stop: AbortSignal;
  readonly tell: (probe: Probe) => void;
}

export async function probeRefs({ github, git, branch, ref, stop, tell }: Probing): Promise<void> {
  const { tip, parent } = await someCommits(github, git, branch);
  stop.throwIfAborted();
  const first = parent ?? tip;
  const made = await refusal(() =>
    github.request("POST /repos/{owner}/{repo}/git/refs", { ref, sha: first, request: { retries: 0 } }),
  );
  tell({
    name: "hidden refs",
    ok: made === null,
    said: made === null ? `${ref} was made` : `${ref} could not be made: ${made}`,
  });
  if (made !== null) return;
  stop.throwIfAborted();
  tell(await lag("read after write", async () => (await git.ref(ref)) === first, stop));
  tell(await lag("list after write", async () => (await git.matching(ref)).get(ref) === first, stop));
  tell({
    name: "made once",
    ...((await git.createRef(ref, first)) === "exists"
      ? { ok: true, said: "a second one of the same name is refused" }
      : { ok: false, said: "a second one of the same name was taken: two jobs could hold one claim" }),
  });
  stop.throwIfAborted();
  if (parent === null) {
    tell({ name: "forward only", ok: true, said: "not probed: the default branch has one commit" });
    return;
  }
  const forward = await git.moveRef(ref, tip);
  tell({ name: "moved forward", ok: forward, said: forward ? "a ref is moved forward" : "it was refused" });
  stop.throwIfAborted();
  const back = await git.moveRef(ref, parent);
  tell({
    name: "forward only",
    ok: !back,
    said: back ? "a ref was moved back without force: appends could be lost" : "moving a ref back is refused",
  });
  tell(await lag("read after move", async () => (await git.ref(ref)) === tip, stop));
}

/** Two that are there already, so that nothing has to be made which nobody could delete. */
async function someCommits(github: GitHub, git: GitData, branch: string) {
  const tip = await git.ref(`refs/heads/${branch}`);
  if (tip === null) throw new Error(`the default branch ${branch} has no commit`);
  const commit = await github.request("GET /repos/{owner}/{repo}/git/commits/{commit_sha}", {
    commit_sha: tip,
  });
  return { tip, parent: Commit.parse(commit.data).parents[0]?.sha ?? null };
}

async function lag(name: string, seen: () => Promise<boolean>, stop: AbortSignal): Promise<Probe> {
  const began = performance.now();
  while (!(await seen())) {
    stop.throwIfAborted();
    if (performance.now() - began > LAG_MS)
      return {
        name,
        ok: false,
        said: `not seen after ${LAG_MS / 1000} s: runs would wait for what is there`,
      };
    await sleep(LOOK_EVERY_MS, undefined, { signal: stop });
  }
  return { name, ok: true, said: `seen after ${Math.round(performance.now() - began)} ms` };
}

async function refusal(call: () => Promise<unknown>): Promise<string | null> {
  try {
    await call();
    return null;
  } catch (error) {
    if (![403, 404, 409, 422].includes(statusOf(error))) throw error;
    return messageOf(error);
  }
}
