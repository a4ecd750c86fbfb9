/** "Re-run" on a run's check: a run that failed or was canceled is resumed, as by the command. */
import { z } from "zod";
import { executeCommand } from "../../github/commands/execute.ts";
import { loadRun } from "../../github/commands/find.ts";
import { Installation, Repository } from "../../github/host/payload.ts";
import { mayWrite } from "../../github/host/permission.ts";
import type { Host } from "../../github/host/port.ts";
import { runsOnCommit } from "../../github/notify/check.ts";
import { postComment } from "../../github/notify/post-comment.ts";
import { replyText } from "../../github/notify/reply.ts";

const Common = {
  installation: Installation,
  repository: Repository,
  sender: z.object({ login: z.string(), type: z.string() }),
};
const Check = z.object({ ...Common, check_run: z.object({ external_id: z.string().nullable() }) });
const Suite = z.object({ ...Common, check_suite: z.object({ head_sha: z.string() }) });

export async function onRerequest(host: Host, delivery: string, payload: unknown): Promise<void> {
  const { check_run, ...more } = Check.parse(payload);
  if (check_run.external_id) await resume(host, delivery, more, [check_run.external_id]);
}

/** "Re-run all checks": every run whose check stands on that commit. */
export async function onSuiteRerequest(host: Host, delivery: string, payload: unknown): Promise<void> {
  const { check_suite, ...more } = Suite.parse(payload);
  const repository = await host.repository(more.installation.id, more.repository.full_name);
  await resume(host, delivery, more, await runsOnCommit(repository.github, check_suite.head_sha));
}

async function resume(
  host: Host,
  delivery: string,
  { installation, repository: repo, sender }: z.infer<z.ZodObject<typeof Common>>,
  runs: readonly string[],
): Promise<void> {
  if (sender.type === "Bot") return;
  const repository = await host.repository(installation.id, repo.full_name);
  if (!(await mayWrite(repository.github, sender.login))) return;
  for (const runId of runs) {
    const run = await loadRun(repository, runId);
    const pullRequest = run?.state.started?.github?.pull_request;
    if (!run || pullRequest === undefined) continue;
    const executed = await executeCommand(repository, {
      command: { verb: run.state.ended ? "resume" : "status", run: runId },
      pullRequest,
      actor: sender.login,
      source: "button",
      commandId: `rerequest-${delivery}-${runId}`,
      saidAt: null,
      onHead: null,
    });
    host.hint({ installation: installation.id, fullName: repo.full_name }, runId);
    const { show } = executed;
    if (show) host.later(delivery, show);
    if (executed.reply !== null) await postComment(repository.github, pullRequest, replyText(executed.reply));
  }
}
