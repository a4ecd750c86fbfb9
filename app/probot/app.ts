/**
 * Webhooks: a command of a person is acknowledged when it is written down (R-GH-24); everything else is a hint which run
 * to look at, and the looking reads everything anew (R-GH-6).
 */
import type { Probot } from "probot";
import { z } from "zod";
import { onComment } from "../../github/host/comment.ts";
import { Installation, Repository } from "../../github/host/payload.ts";
import type { Host } from "../../github/host/port.ts";
import { onButton } from "./button.ts";
import { hintedRun } from "./hint.ts";
import { onPush } from "./push.ts";
import { onRerequest, onSuiteRerequest } from "./rerequest.ts";

const WorkflowRun = z.object({
  repository: Repository,
  installation: Installation,
  workflow_run: z.object({ display_title: z.string().optional() }),
});

export function attractorApp(host: Host, heard: (event: string) => void = () => undefined) {
  return (app: Probot): void => {
    app.onAny(({ name }) => heard(name));
    app.on("issue_comment.created", ({ id, payload }) => host.now(id, () => onComment(host, payload)));
    app.on("check_run.requested_action", ({ id, payload }) =>
      host.now(id, () => onButton(host, id, payload)),
    );
    app.on("workflow_run.completed", ({ id, payload }) => host.now(id, () => onWorkflowRun(host, payload)));
    app.on("check_run.rerequested", ({ id, payload }) => host.now(id, () => onRerequest(host, id, payload)));
    app.on("check_suite.rerequested", ({ id, payload }) =>
      host.now(id, () => onSuiteRerequest(host, id, payload)),
    );
    app.on("pull_request.synchronize", ({ id, payload }) => host.later(id, () => onPush(host, payload)));
  };
}

async function onWorkflowRun(host: Host, payload: unknown): Promise<void> {
  const { workflow_run, repository, installation } = WorkflowRun.parse(payload);
  // Older payloads lack the title; the sweep finds those runs.
  const run = hintedRun(workflow_run.display_title ?? "");
  if (run !== null) host.hint({ installation: installation.id, fullName: repository.full_name }, run);
}
