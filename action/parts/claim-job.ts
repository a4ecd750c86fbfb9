/** The claim as a job of its own, where stage jobs may write nothing: it runs no stage, and says what the hop does. */
import { type Legs, plannedLegs } from "../../engine/core/legs.ts";
import type { Pipeline } from "../../engine/graph/pipeline.ts";
import type { Artifacts } from "../handoff/artifact-service.ts";
import { NO_EXTRAS } from "../hop/claim.ts";
import { claimHop } from "../hop/claim-hop.ts";
import { takeOver } from "../hop/take-over.ts";
import { branchTitle } from "../hop/titles.ts";
import type { JobPorts } from "../ports.ts";

/** A hop runs its trunk or branches, never both: whoever only reads the ledger finds everything there before the hop begins. */
export async function runClaim(ports: JobPorts, past: (workflowRun: string) => Artifacts): Promise<void> {
  const held = await claimHop(ports, (found) =>
    takeOver(ports.remote, found, past).catch((error: unknown) => {
      // Its stages run again then: that costs, and spoils nothing.
      ports.say.notice(`what the lost claim of this hop left is not taken over: ${String(error)}`);
      return NO_EXTRAS;
    }),
  );
  if (!held.ok) return;
  const legs = plannedLegs(held.pipeline, held.state);
  sayLegs(ports, held.pipeline, legs);
  ports.say.control("trunk", String(legs === null));
}

/** Values of the matrix. */
const titlesOf = ({ redact }: Pick<JobPorts, "redact">, pipeline: Pipeline, { branches }: Legs): string[] =>
  branches.map((branch) => branchTitle(pipeline, branch, redact));

function sayLegs(ports: Pick<JobPorts, "say" | "redact">, pipeline: Pipeline, legs: Legs | null): void {
  const { say } = ports;
  say.control("proceed", "true");
  say.control("branches", JSON.stringify(legs === null ? [] : titlesOf(ports, pipeline, legs)));
  say.control("max-parallel", String(Math.min(256, legs?.maxParallel ?? 1)));
}
