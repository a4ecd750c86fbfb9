/** Every kind of finding, in the order in which a person should read them: what ended the run first. */
import { branchesInvisible } from "./findings/branches-invisible.ts";
import { breakerBlind } from "./findings/breaker-blind.ts";
import { budgetExceeded } from "./findings/budget-exceeded.ts";
import { checkpointBloat } from "./findings/checkpoint-bloat.ts";
import { contextBloat } from "./findings/context-bloat.ts";
import { costUnknown } from "./findings/cost-unknown.ts";
import { damagedFile } from "./findings/damaged-file.ts";
import { fragmentedSignatures } from "./findings/fragmented-signatures.ts";
import { gateUnanswered } from "./findings/gate-unanswered.ts";
import type { FindingKind } from "./findings/kind.ts";
import { loopSignature } from "./findings/loop-signature.ts";
import { lostCause } from "./findings/lost-cause.ts";
import { noTerminalRecord } from "./findings/no-terminal-record.ts";
import { orphanedBranch } from "./findings/orphaned-branch.ts";
import { patchFormatErrors } from "./findings/patch-format-errors.ts";
import { preFanoutChurn } from "./findings/pre-fanout-churn.ts";
import { retriesNotRecorded } from "./findings/retries-not-recorded.ts";
import { staleCheckpoint } from "./findings/stale-checkpoint.ts";
import { staleHeartbeat } from "./findings/stale-heartbeat.ts";
import { staleLive } from "./findings/stale-live.ts";
import { stalled } from "./findings/stalled.ts";
import { statusContract } from "./findings/status-contract.ts";
import { turnLimitLoop } from "./findings/turn-limit-loop.ts";
import { unfinishedAttempt } from "./findings/unfinished-attempt.ts";
import { warningFlood } from "./findings/warning-flood.ts";

export const FINDING_KINDS: readonly FindingKind[] = [
  noTerminalRecord,
  stalled,
  budgetExceeded,
  gateUnanswered,
  orphanedBranch,
  statusContract,
  lostCause,
  turnLimitLoop,
  loopSignature,
  fragmentedSignatures,
  breakerBlind,
  preFanoutChurn,
  patchFormatErrors,
  unfinishedAttempt,
  staleHeartbeat,
  staleLive,
  staleCheckpoint,
  retriesNotRecorded,
  checkpointBloat,
  contextBloat,
  warningFlood,
  branchesInvisible,
  damagedFile,
  costUnknown,
];
