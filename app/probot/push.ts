/** New commits on a pull request: its runs are told, and open questions are asked again about the new head (R-GH-7). */
import { z } from "zod";
import { loadRun, openRunsOf } from "../../github/commands/find.ts";
import { Installation, Repository } from "../../github/host/payload.ts";
import type { Host } from "../../github/host/port.ts";

const Payload = z.object({
  installation: Installation,
  repository: Repository,
  pull_request: z.object({
    number: z.number(),
    head: z.object({ repo: z.object({ full_name: z.string() }).nullish() }),
  }),
});

export async function onPush(host: Host, payload: unknown): Promise<void> {
  const { installation, repository: repo, pull_request } = Payload.parse(payload);
  // No run begins on a fork's pull request, so a stranger's push costs nothing.
  if (pull_request.head.repo?.full_name !== repo.full_name) return;
  const repository = await host.repository(installation.id, repo.full_name);
  await repository.head(pull_request.number);
  for (const { runId } of await openRunsOf(repository, pull_request.number)) {
    await host.look(installation.id, repo.full_name, runId);
    const run = await loadRun(repository, runId);
    if (run) await repository.tell(run.state, run.pipeline, run.events);
  }
}
