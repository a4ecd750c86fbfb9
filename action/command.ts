/**
 * What a person typed into the dispatch form in place of a graph: the words of a comment, about any run of the repository.
 * The answer to a question of a run that belongs to no pull request has no other way in (R-GH-7).
 */
import { z } from "zod";
import { obey } from "../app/commands/obey.ts";
import { parseCommand } from "../app/commands/parse.ts";
import { coordinate } from "../app/coordinator/coordinate.ts";
import type { GitHub } from "../app/github/request.ts";
import { mayWrite } from "../app/probot/permission.ts";
import { serveRepository } from "../app/repository.ts";
import { machineClock } from "../engine/drive/clock.ts";
import { fold } from "./claim.ts";
import { jobGitHub } from "./coordinator.ts";
import { lookAtOthers } from "./other-runs.ts";
import { sayEnd } from "./outputs.ts";
import { publish } from "./publish.ts";
import { leaveResults } from "./results.ts";
import type { SettlePorts } from "./settle.ts";
import { writeSummary } from "./summary.ts";

export async function runCommand(ports: SettlePorts): Promise<void> {
  const { job, inputs, remote, say, redact } = ports;
  const said = inputs.command.startsWith("/") ? inputs.command : `/attractor ${inputs.command}`;
  const parsed = parseCommand(said);
  if (parsed.kind === "none") return say.fail(`${JSON.stringify(inputs.command)} is no command; try help`);
  if (parsed.kind === "problem") return say.fail(parsed.message);
  const github = jobGitHub(ports);
  if (!(await mayWrite(github, job.actor)))
    return say.fail(`@${job.actor} may not write to this repository, and so not command its runs`);
  const served = serveRepository({
    ...{ github, redact, clock: machineClock, serverUrl: job.serverUrl },
    ...{ coordinator: inputs.coordinator, pageUrl: null },
  });
  const { reply, look } = await say.step("Obey the command", async () =>
    obey(
      // Its summary tells; this job's token may neither comment nor make checks.
      { ...served, ledger: remote.ledger, tell: async () => undefined },
      {
        command: parsed.command,
        pullRequest: null,
        actor: job.actor,
        source: "dispatch",
        commandId: `r${job.runId}`,
        saidAt: await dispatchedAt(github, job.runId),
        onHead: null,
      },
    ),
  );
  const informs = parsed.command.verb === "help" || parsed.command.verb === "diagnose";
  if (look === null) return informs ? say.notice(reply ?? "") : say.fail(reply ?? "nothing was done");
  const ledger = remote.ledger(look);
  const read = async () => fold(remote, look, ledger, await ledger.read());
  let held = await read();
  let published: string | null = null;
  if (held.started.coordinator === "workflow") {
    const parent = await ports.coordinator(ledger);
    const found = await say.step("Decide what comes next", () => coordinate(parent));
    await lookAtOthers(ports, found.hints);
    if (found.status === "ended" && !found.found) published = await publish(ports, held, found.state);
    held = await read();
  } else say.notice(`run ${look} is decided by the app, which goes on with it`);
  const { state, snapshot } = held;
  await leaveResults(ports, { runId: look, part: "command", state, events: snapshot.events, logs: null });
  sayEnd(ports, state);
  const remarks = [informs ? null : reply, published].filter((remark) => remark !== null);
  await writeSummary(ports, held.pipeline, state, remarks.join("; ") || null);
  if (reply !== null && !informs) say.fail(reply);
}

async function dispatchedAt(github: GitHub, run: string): Promise<number> {
  const { data } = await github.request("GET /repos/{owner}/{repo}/actions/runs/{run_id}", {
    run_id: Number(run),
  });
  return Date.parse(z.object({ created_at: z.string() }).parse(data).created_at);
}
