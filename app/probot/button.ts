/** A button on the run's check: the Nth choice of the question that waits. */
import { z } from "zod";
import { liveOf } from "../../engine/ledger/projections/live.ts";
import { loadRun } from "../commands/find.ts";
import { obey } from "../commands/obey.ts";
import type { Host } from "./host.ts";
import { mayWrite } from "./permission.ts";

const Payload = z.object({
  installation: z.object({ id: z.number() }),
  repository: z.object({ full_name: z.string() }),
  check_run: z.object({ external_id: z.string().nullable() }),
  requested_action: z.object({ identifier: z.string() }),
  sender: z.object({ login: z.string(), type: z.string() }),
});

export async function onButton(host: Host, payload: unknown): Promise<void> {
  const { installation, repository: repo, check_run, requested_action, sender } = Payload.parse(payload);
  const choice = /^choose:(\d+)$/.exec(requested_action.identifier)?.[1];
  const runId = check_run.external_id;
  if (choice === undefined || !runId || sender.type === "Bot") return;
  const repository = await host.repository(installation.id, repo.full_name);
  if (!(await mayWrite(repository.github, sender.login))) return;
  const run = await loadRun(repository, runId);
  const pullRequest = run?.state.started?.github?.pull_request;
  const [gate] = run ? liveOf(run.state).gates : [];
  const label = gate?.choices[Number(choice)];
  if (pullRequest === undefined || !gate || label === undefined) return;
  await obey(repository, {
    command: { verb: "choose", gate: gate.gate, label, run: runId },
    pullRequest,
    actor: sender.login,
    commandId: `button-${gate.gate}`,
  });
  await host.look(installation.id, repo.full_name, runId);
}
