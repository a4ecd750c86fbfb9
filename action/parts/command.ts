/**
 * What a person typed into the dispatch form in place of a graph: the words of a comment, about any run of the repository.
 * The answer to a question of a run that belongs to no pull request has no other way in (R-GH-7).
 */

import { z } from "zod";
import { machineClock } from "../../engine/clock.ts";
import { listRefs } from "../../engine/git/refs.ts";
import type { GitHub } from "../../github/api/request.ts";
import { executeCommand } from "../../github/commands/execute.ts";
import { type Command, parseCommand } from "../../github/commands/parse.ts";
import type { CommandResult } from "../../github/commands/request.ts";
import { mayWrite } from "../../github/host/permission.ts";
import type { Published } from "../../github/publish.ts";
import { serveRepository } from "../../github/repository.ts";
import { fold } from "../hop/claim.ts";
import { jobGitHub } from "../hop/coordinator.ts";
import { lookAtRelated, lookAtRun } from "../hop/look-at-run.ts";
import type { Remote } from "../hop/remote.ts";
import type { SettlePorts } from "../hop/settle-ports.ts";
import { colourOf } from "../output/job-colour.ts";
import { sayEnd } from "../output/outputs.ts";
import { leaveResults } from "../output/results.ts";
import { writeSummary } from "../output/summary.ts";

export async function runCommand(ports: SettlePorts): Promise<void> {
  const { job, inputs, say } = ports;
  const said = inputs.command.startsWith("/") ? inputs.command : `/attractor ${inputs.command}`;
  const parsed = parseCommand(said);
  if (parsed.kind === "none") return say.fail(`${JSON.stringify(inputs.command)} is no command; try help`);
  if (parsed.kind === "problem") return say.fail(parsed.message);
  const github = jobGitHub(ports);
  if (!(await mayWrite(github, job.triggeringActor)))
    return say.fail(`@${job.triggeringActor} may not write to this repository, and so not command its runs`);
  const { reply, look } = await say.step("Execute the command", () =>
    executed(ports, github, parsed.command),
  );
  // What was asked for, and not why it was refused.
  const informs = parsed.command.verb === "help" || parsed.command.verb === "diagnose";
  if (look !== null) await goOn(ports, look, informs ? null : reply);
  if (reply === null) return;
  if (!informs) say.fail(reply);
  else if (look === null) say.notice(reply);
}

async function executed(ports: SettlePorts, github: GitHub, command: Command): Promise<CommandResult> {
  const { job, inputs, remote, redact } = ports;
  const served = serveRepository({
    ...{ github, redact, clock: machineClock, serverUrl: job.serverUrl },
    ...{ coordinator: inputs.coordinator, pageUrl: null },
  });
  // This job's token may not read pull requests by the API, nor comment or make checks: git and the summary do.
  const own = { ledger: remote.ledger, head: headBy(remote), tell: async () => undefined };
  return executeCommand(
    { ...served, ...own },
    {
      ...{ command, pullRequest: null, actor: job.triggeringActor, source: "dispatch", onHead: null },
      commandId: `r${job.runId}`,
      saidAt: await dispatchedAt(github, job.runId),
    },
  );
}

const headBy =
  ({ repo }: Remote) =>
  async (pullRequest: number): Promise<string | null> => {
    const ref = `refs/pull/${pullRequest}/head`;
    return (await listRefs(repo, ref)).get(ref) ?? null;
  };

/** What follows from it, decided and shown; `refusal` is shown with it. */
async function goOn(ports: SettlePorts, runId: string, refusal: string | null): Promise<void> {
  const { remote, say } = ports;
  const ledger = remote.ledger(runId);
  const read = async () => fold(remote, runId, ledger, await ledger.read());
  const before = await read();
  let published: Published | null = null;
  let endedHere = false;
  if (before.started.coordinator === "workflow") {
    const seen = await lookAtRun(ports, runId);
    await lookAtRelated(ports, seen.found.hints);
    endedHere = seen.found.status === "ended" && !seen.found.found;
    published = seen.published;
  } else say.notice(`run ${runId} is decided by the app, which goes on with it`);
  const { pipeline, state, snapshot } = await read();
  await leaveResults(ports, {
    runId,
    part: "command",
    state,
    events: snapshot.events,
    logs: null,
    published,
  });
  sayEnd(ports, state, published);
  const remarks = [refusal, published?.said].filter(Boolean).join("; ");
  await writeSummary(ports, pipeline, state, snapshot.events, remarks || null, published);
  if (endedHere) colourOf(ports, state, true);
}

async function dispatchedAt(github: GitHub, run: string): Promise<number> {
  const { data } = await github.request("GET /repos/{owner}/{repo}/actions/runs/{run_id}", {
    run_id: Number(run),
  });
  return Date.parse(z.object({ created_at: z.string() }).parse(data).created_at);
}
