/** A button on the run's check: the Nth choice of the question that the check showed. */
import { z } from "zod";
import { liveOf } from "../../engine/ledger/projections/live.ts";
import { executeCommand } from "../../github/commands/execute.ts";
import { loadRun } from "../../github/commands/find.ts";
import { Installation, Repository } from "../../github/host/payload.ts";
import { mayWrite } from "../../github/host/permission.ts";
import type { Host } from "../../github/host/port.ts";
import { buttonOf } from "../../github/notify/buttons.ts";
import { postComment, postIfTaken } from "../../github/notify/post-comment.ts";
import { replyText } from "../../github/notify/reply.ts";

const Payload = z.object({
  installation: Installation,
  repository: Repository,
  check_run: z.object({ external_id: z.string().nullable(), head_sha: z.string() }),
  requested_action: z.object({ identifier: z.string() }),
  sender: z.object({ login: z.string(), type: z.string() }),
});

export async function onButton(host: Host, delivery: string, payload: unknown): Promise<void> {
  const { installation, repository: repo, check_run, requested_action, sender } = Payload.parse(payload);
  const runId = check_run.external_id;
  if (!runId || sender.type === "Bot") return;
  const repository = await host.repository(installation.id, repo.full_name);
  if (!(await mayWrite(repository.github, sender.login))) return;
  const run = await loadRun(repository, runId);
  const pullRequest = run?.state.started?.github?.pull_request;
  if (!run || pullRequest === undefined) return;
  const pressed = buttonOf(requested_action.identifier, liveOf(run.state).gates);
  if (pressed === null) {
    // The check still shows a question that is over: show what is now.
    host.later(delivery, () => repository.tell(run.state, run.pipeline, run.events));
    return;
  }
  const executed = await executeCommand(repository, {
    command: { verb: "choose", gate: pressed.gate, label: pressed.label, run: runId },
    pullRequest,
    actor: sender.login,
    source: "button",
    commandId: `button-${delivery}`,
    saidAt: null,
    onHead: check_run.head_sha,
  });
  host.hint({ installation: installation.id, fullName: repo.full_name }, runId);
  // Nothing else tells of a refusal: who dies before it was said hears of the button again.
  if (executed.reply !== null) await postComment(repository.github, pullRequest, replyText(executed.reply));
  // GitHub shows nobody who pressed a button.
  else if (executed.done !== undefined) await postIfTaken(repository.github, pullRequest, executed.done);
}
