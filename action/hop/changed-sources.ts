/**
 * A run keeps the graph, prompts and configuration that it began with, while branches and tags move on (R-GH-15). What
 * stands under the same names now and is another is said, so that nobody waits for an edit that this run will not see.
 */
import { randomBytes } from "node:crypto";
import type { EventBody, EventOf } from "../../engine/core/events.ts";
import { parseEvent } from "../../engine/core/events.ts";
import type { Snapshot } from "../../engine/ledger/port.ts";
import { ENGINE_VERSION } from "../../engine/version.ts";
import type { GitHubJob } from "../github-env.ts";
import type { Remote } from "./remote.ts";

/** What a claim records of who runs the hop. */
export const runBy = (job: GitHubJob) => ({
  by: { run_id: job.runId, attempt: job.attempt },
  engine_version: ENGINE_VERSION,
  nonce: randomBytes(8).toString("hex"),
  ...(job.workflowSha === "" ? {} : { workflow_sha: job.workflowSha }),
});

export async function changedSince(
  remote: Remote,
  job: GitHubJob,
  { started, snapshot }: { readonly started: EventOf<"run_started">; readonly snapshot: Snapshot },
): Promise<EventBody[]> {
  const { github, graph, engine_version } = started;
  const before = snapshot.events.find(
    (event) => event.event === "hop_started" && event.workflow_sha !== undefined,
  );
  const first = before === undefined ? null : parseEvent(before);
  const called = first?.event === "hop_started" ? (first.workflow_sha ?? "") : "";
  const pinned = github?.graph_sha ?? "";
  const changed = [
    ...(await changedFiles(remote, called, job.workflowSha, [pathOf(job.workflowRef)])),
    ...(await changedFiles(remote, pinned, job.sha, [graph.path ?? "", github?.config_path ?? ""])),
  ];
  const said = [
    ...(changed.length === 0
      ? []
      : [
          `${changed.join(", ")} changed since the run began; it keeps the graph, prompts and configuration of ${pinned.slice(0, 12)}`,
        ]),
    ...(engine_version === ENGINE_VERSION
      ? []
      : [`engine ${ENGINE_VERSION} goes on with what ${engine_version} began`]),
  ];
  return said.map((message) => ({ event: "warning", code: "moved", message }));
}

/** `owner/repo/.github/workflows/x.yml@ref` to the path in the repository. */
const pathOf = (workflowRef: string): string => workflowRef.replace(/@.*$/, "").split("/").slice(2).join("/");

async function changedFiles(
  remote: Remote,
  then: string,
  now: string,
  paths: readonly string[],
): Promise<string[]> {
  if (then === "" || now === "" || then === now) return [];
  try {
    await remote.fetchCommits([then, now]);
  } catch {
    // A commit that nobody has any more tells nothing, and only something to say hangs on it.
    return [];
  }
  const changed: string[] = [];
  for (const path of paths.filter((each) => each !== "")) {
    if ((await remote.readFile(then, path)) !== (await remote.readFile(now, path))) changed.push(path);
  }
  return changed;
}
