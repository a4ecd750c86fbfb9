/** `/attractor run GRAPH`: a run of a base-branch graph on the pull request's head, named after its comment. */
import { z } from "zod";
import type { EventBody } from "../../engine/core/events.ts";
import { DEFAULT_BRANCH_PREFIX, runBranch } from "../../engine/git/names.ts";
import { LedgerError } from "../../engine/ledger/port.ts";
import { CONFIG_PATH, MOST_OPEN } from "../coordinator/ports.ts";
import { pinnedStart, SourceError } from "../graph-source.ts";
import type { ServedRepository } from "../repository.ts";
import type { Command } from "./parse.ts";
import { type CommandRequest, type CommandResult, runBegunBy } from "./request.ts";

/** The caller that `attractor init` writes. */
const CALLER = "attractor-run.yml";

const Pull = z.object({
  head: z.object({ sha: z.string(), ref: z.string(), repo: z.object({ full_name: z.string() }).nullable() }),
  base: z.object({
    sha: z.string(),
    ref: z.string(),
    repo: z.object({ full_name: z.string(), default_branch: z.string() }),
  }),
});

export async function startRun(
  repository: ServedRepository,
  asked: CommandRequest & { readonly pullRequest: number },
  command: Extract<Command, { verb: "run" }>,
): Promise<CommandResult> {
  const { github, clock } = repository;
  const { data } = await github.request("GET /repos/{owner}/{repo}/pulls/{pull_number}", {
    pull_number: asked.pullRequest,
  });
  const pull = Pull.parse(data);
  if (pull.head.repo?.full_name !== pull.base.repo.full_name) {
    return {
      reply:
        "this pull request comes from a fork: its code does not run next to this repository's secrets. Push the branch here to run on it.",
      look: null,
    };
  }
  const read = repository.readAt(pull.base.sha);
  const runId = runBegunBy(asked);
  const refused = await tooMany(repository, runId);
  if (refused !== null) return { reply: refused, look: null };
  let first: EventBody;
  try {
    const { graph, inputs } = command;
    first = {
      ...(await pinnedStart({ graph, inputs, config: CONFIG_PATH, usd: null }, read)),
      coordinator: repository.coordinator,
      base_sha: pull.head.sha,
      run_branch: runBranch(DEFAULT_BRANCH_PREFIX, runId),
      github: {
        repository: `${github.owner}/${github.repo}`,
        graph_sha: pull.base.sha,
        config_path: CONFIG_PATH,
        pull_request: asked.pullRequest,
        head_sha: pull.head.sha,
        head_ref: pull.head.ref,
        actor: asked.actor,
        workflow: CALLER,
        workflow_ref: pull.base.repo.default_branch,
        durability: "stage",
        command_id: asked.commandId,
      },
    };
  } catch (error) {
    if (error instanceof SourceError) return { reply: `${error.message}\n\n${error.fix}`, look: null };
    throw error;
  }
  try {
    await repository.ledger(runId).create([{ ts: new Date(clock.now()).toISOString(), ...first }]);
    repository.began(runId, asked.pullRequest, pull.head.sha);
  } catch (error) {
    // The same comment, delivered twice: the run is there already.
    if (!(error instanceof LedgerError && error.code === "exists")) throw error;
  }
  return { reply: null, look: runId };
}

/** Why no further run may begin; null when one may, or has. */
export async function tooMany(
  repository: Pick<ServedRepository, "openRuns">,
  runId: string,
): Promise<string | null> {
  const open = await repository.openRuns();
  return open.length >= MOST_OPEN && !open.includes(runId)
    ? `${open.length} runs are going on in this repository, which is the bound; cancel one or wait for one to end`
    : null;
}
