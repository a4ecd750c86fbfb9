/**
 * Webhooks: a command of a person is acknowledged when it is written down (R-GH-24); everything else is a hint which run
 * to look at, and the looking reads everything anew (R-GH-6).
 */
import type { Probot } from "probot";
import { z } from "zod";
import { DEFAULT_REF_PREFIX, trunkRef } from "../../engine/git/names.ts";
import { onComment } from "../../github/host/comment.ts";
import { Installation, Repository } from "../../github/host/payload.ts";
import type { Host } from "../../github/host/port.ts";
import { CALLER_PATH } from "../../github/workflows/init-files.ts";
import { onButton } from "./button.ts";
import { hintedRun } from "./hint.ts";
import { onPush } from "./push.ts";
import { onRerequest, onSuiteRerequest } from "./rerequest.ts";

const WorkflowRun = z.object({
  repository: Repository,
  installation: Installation,
  workflow_run: z.object({ id: z.number(), path: z.string(), display_title: z.string().default("") }),
});

export function attractorApp(host: Host, heard: (event: string) => void = () => undefined) {
  return (app: Probot): void => {
    app.onAny(({ name }) => heard(name));
    app.on("issue_comment.created", ({ id, payload }) => host.now(id, () => onComment(host, payload)));
    app.on("check_run.requested_action", ({ id, payload }) =>
      host.now(id, () => onButton(host, id, payload)),
    );
    app.on("workflow_run.in_progress", ({ payload }) => onBegun(host, payload));
    app.on("workflow_run.completed", ({ id, payload }) => host.now(id, () => onWorkflowRun(host, payload)));
    app.on("check_run.rerequested", ({ id, payload }) => host.now(id, () => onRerequest(host, id, payload)));
    app.on("check_suite.rerequested", ({ id, payload }) =>
      host.now(id, () => onSuiteRerequest(host, id, payload)),
    );
    app.on("pull_request.synchronize", ({ id, payload }) => host.later(id, () => onPush(host, payload)));
  };
}

/** Its jobs may come to ask, before anybody has looked at the run. No title is told here yet. */
function onBegun(host: Host, payload: unknown): void {
  const { place, run } = parsed(payload);
  if (run.path.split("@")[0] === CALLER_PATH) host.expects(place, run.id, true);
}

async function onWorkflowRun(host: Host, payload: unknown): Promise<void> {
  const { place, run } = parsed(payload);
  host.expects(place, run.id, false);
  // Older payloads lack the title; the sweep finds those runs.
  const hinted = hintedRun(run.display_title);
  if (hinted !== null) return host.hint(place, hinted);
  // What a person dispatched is named after itself, and was a run if it has a log, or only brought a command.
  const own = `r${run.id}`;
  if (!run.display_title.endsWith(` ${own}`)) return;
  const { git } = await host.repository(place.installation, place.fullName);
  if ((await git.ref(trunkRef(DEFAULT_REF_PREFIX, own))) !== null) host.hint(place, own);
}

function parsed(payload: unknown) {
  const { workflow_run: run, repository, installation } = WorkflowRun.parse(payload);
  return { place: { installation: installation.id, fullName: repository.full_name }, run };
}
