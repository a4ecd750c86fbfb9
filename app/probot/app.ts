/** Webhooks are hints: each says which run to look at, and the looking reads everything anew (R-GH-6). */
import type { Probot } from "probot";
import { z } from "zod";
import { onButton } from "./button.ts";
import { onComment } from "./comment.ts";
import { hintedRun } from "./hint.ts";
import type { Host } from "./host.ts";

const Repo = z.object({
  repository: z.object({ full_name: z.string() }),
  installation: z.object({ id: z.number() }).optional(),
});

const Titled = z.object({ workflow_run: z.object({ display_title: z.string().optional() }) });

export function attractorApp(host: Host) {
  return (app: Probot): void => {
    app.on("issue_comment.created", (context) =>
      host.later(context.id, () => onComment(host, context.payload)),
    );
    app.on("check_run.requested_action", (context) =>
      host.later(context.id, () => onButton(host, context.payload)),
    );
    app.on(["workflow_run.completed", "workflow_run.in_progress"], (context) =>
      host.later(context.id, async () => {
        const { workflow_run } = Titled.parse(context.payload);
        // Older payloads lack the title; the sweep finds those runs.
        const run = hintedRun(workflow_run.display_title ?? "");
        if (run !== null) await look(host, context.payload, run);
      }),
    );
    app.on("check_run.rerequested", (context) =>
      host.later(context.id, async () => {
        const run = context.payload.check_run.external_id;
        if (run) await look(host, context.payload, run);
      }),
    );
  };
}

async function look(host: Host, payload: unknown, run: string): Promise<void> {
  const { repository, installation } = Repo.parse(payload);
  if (installation) await host.look(installation.id, repository.full_name, run);
}
