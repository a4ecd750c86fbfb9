/**
 * The jobs of a hop where the jobs of stages may only read (durability `job`): one that runs no stage claims, and Settle writes
 * what the others left.
 */
import {
  BEGINNING,
  decides,
  given,
  handedOn,
  limit,
  type Made,
  outputs,
  pullRequestToken,
  secretsOf,
  smallPlace,
  stageJob,
  tells,
} from "./job-text.ts";
import { expression } from "./yaml-text.ts";

const READ_ONLY = "          durability: job\n";

/** An agent is given this job's token, so nothing may stand beside the two. */
const copilot = ({ jobs }: Made): string =>
  jobs.copilot_requests
    ? "      copilot-requests: write # what agents ask of Copilot, on the bill of this repository\n"
    : "";

/** Where stages may write nothing, a job without stages claims the hop. */
function claim(made: Made): string {
  return `  claim:
    name: Claim
    if: ${expression("inputs.command == ''")}
${smallPlace(made.jobs, 15)}    permissions:
      contents: write # the claim in the run's log; no stage runs here
      actions: read # what the jobs of a lost claim left
${outputs(["proceed", "trunk", "branches", "max-parallel"])}    steps:
      - id: attractor
        uses: ${made.action}
        with:
          part: claim
${READ_ONLY}${decides(made.jobs)}${given(handedOn(BEGINNING))}`;
}

function trunk(made: Made): string {
  const { place, before } = stageJob(made);
  return `  trunk:
    name: Trunk
    needs: claim
    if: ${expression("needs.claim.outputs.proceed == 'true' && needs.claim.outputs.trunk == 'true'")}
${place}    permissions:
      contents: read # the run's log and code
${copilot(made)}    steps:
${before}      - uses: ${made.action}
        with:
          part: trunk
${READ_ONLY}${limit(made.jobs)}${given(handedOn(["hop"]))}${secretsOf(made.jobs)}`;
}

function branches(made: Made): string {
  const { place, before } = stageJob(made);
  return `  branch:
    name: Branches
    needs: claim
    if: ${expression(
      "needs.claim.outputs.proceed == 'true' && needs.claim.outputs.branches != '' && needs.claim.outputs.branches != '[]'",
    )}
    strategy:
      fail-fast: false
      max-parallel: ${expression("fromJSON(needs.claim.outputs.max-parallel)")}
      matrix:
        leg: ${expression("fromJSON(needs.claim.outputs.branches)")}
${place}    permissions:
      contents: read # the run's log and code
${copilot(made)}    steps:
${before}      - uses: ${made.action}
        with:
          part: branch
${READ_ONLY}${limit(made.jobs)}${given([...handedOn(["hop"]), ["leg", expression("matrix.leg")]])}${secretsOf(made.jobs)}`;
}

function settle(made: Made): string {
  const step = (condition: string, canceled: string) => `      - if: ${expression(condition)}
        uses: ${made.action}
        with:
          part: settle
${READ_ONLY}${given(handedOn(["hop"]))}${pullRequestToken(made.jobs)}${canceled}`;
  return `  settle:
    name: Settle
    needs: [claim, trunk, branch]
    # Whatever became of the others: a lost runner has no outputs. Not where nothing began.
    if: ${expression("always() && inputs.command == '' && needs.claim.outputs.proceed != 'false'")}
${smallPlace(made.jobs, 30)}    permissions:
      contents: write # the hop's results in the run's log
${tells(made.jobs)}    steps:
${step("!cancelled()", `          # A step's cancelled() is about its own job; of the others their results tell.\n          canceled: ${expression("contains(needs.*.result, 'cancelled')")}\n`)}${step("cancelled()", `          canceled: "true"\n`)}`;
}

export const claimJobs = (made: Made): string =>
  [claim(made), trunk(made), branches(made), settle(made)].join("");
