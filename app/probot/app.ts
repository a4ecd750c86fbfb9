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
import { onButton } from "./button.ts";
import { hintedRun } from "./hint.ts";
import { onPush } from "./push.ts";
import { onRerequest, onSuiteRerequest } from "./rerequest.ts";

const WorkflowRun = z.object({
  repository: Repository,
  installation: Installation,
  workflow_run: z.object({
    id: z.number(),
    event: z.string(),
    display_title: z.string().default(""),
  }),
});

export function attractorApp(host: Host, heard: (event: string) => void = () => undefined) {
  return (app: Probot): void => {
    app.onAny(({ name }) => heard(name));
    app.on("issue_comment.created", ({ id, payload }) => host.now(id, () => onComment(host, payload)));
    app.on("check_run.requested_action", ({ id, payload }) =>
      host.now(id, () => onButton(host, id, payload)),
    );
    app.on("workflow_run.requested", ({ payload }) => onRequested(host, payload));
    app.on("workflow_run.completed", ({ id, payload }) => host.now(id, () => onWorkflowRun(host, payload)));
    app.on("check_run.rerequested", ({ id, payload }) => host.now(id, () => onRerequest(host, id, payload)));
    app.on("check_suite.rerequested", ({ id, payload }) =>
      host.now(id, () => onSuiteRerequest(host, id, payload)),
    );
    app.on("pull_request.synchronize", ({ id, payload }) => host.later(id, () => onPush(host, payload)));
  };
}

/** Its jobs may come to ask, before anybody has looked at the run. What else a person dispatches costs a list that did not change. */
function onRequested(host: Host, payload: unknown): void {
  const { place, run, event } = named(payload);
  if (event === "workflow_dispatch") host.expects(place, run, true);
}

async function onWorkflowRun(host: Host, payload: unknown): Promise<void> {
  const { place, run, titled } = named(payload);
  host.expects(place, run, false);
  if (titled === null) return;
  // A first one that only brought a command is named like a run that it is not.
  const { git } = await host.repository(place.installation, place.fullName);
  if (titled === "first" && (await git.ref(trunkRef(DEFAULT_REF_PREFIX, run))) === null) return;
  host.hint(place, run);
}

function named(payload: unknown) {
  const { workflow_run, repository, installation } = WorkflowRun.parse(payload);
  const { id, event, display_title: title } = workflow_run;
  const hinted = hintedRun(title);
  // What a person dispatches is a run of that name.
  const first = `r${id}`;
  return {
    place: { installation: installation.id, fullName: repository.full_name },
    run: hinted ?? first,
    // Older payloads lack the title; the sweep finds those runs. Other workflows are called as they like.
    titled: hinted !== null ? "hop" : title.endsWith(` ${first}`) ? "first" : null,
    event,
  };
}
