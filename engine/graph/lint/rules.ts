/** The built-in rules: the specification's thirteen, then our own by name. */
import type { BuiltInRule } from "./rule.ts";
import { rule as allConditionalEdges } from "./rules/all-conditional-edges.ts";
import { rule as attributeValue } from "./rules/attribute-value.ts";
import { rule as attributeWithoutEffect } from "./rules/attribute-without-effect.ts";
import { rule as branchesMeet } from "./rules/branches-meet.ts";
import { rule as caseTwinIds } from "./rules/case-twin-ids.ts";
import { rule as commandHidesFailure } from "./rules/command-hides-failure.ts";
import { rule as conditionKeyUnset } from "./rules/condition-key-unset.ts";
import { rule as conditionSyntax } from "./rules/condition-syntax.ts";
import { rule as customOutcomeNearMiss } from "./rules/custom-outcome-near-miss.ts";
import { rule as defaultChoiceOffered } from "./rules/default-choice-offered.ts";
import { rule as duplicateEdge } from "./rules/duplicate-edge.ts";
import { rule as edgeTargetExists } from "./rules/edge-target-exists.ts";
import { rule as exitNoOutgoing } from "./rules/exit-no-outgoing.ts";
import { rule as exitWithoutGoalGate } from "./rules/exit-without-goal-gate.ts";
import { rule as failureToExit } from "./rules/failure-to-exit.ts";
import { rule as fallibleToExitUnconditional } from "./rules/fallible-to-exit-unconditional.ts";
import { rule as fanInUnconditionalOnly } from "./rules/fan-in-unconditional-only.ts";
import { rule as fanInWithoutFanOut } from "./rules/fan-in-without-fan-out.ts";
import { rule as fanoutExceedsMatrix } from "./rules/fanout-exceeds-matrix.ts";
import { rule as fidelityValid } from "./rules/fidelity-valid.ts";
import { rule as goalGateCannotRetry } from "./rules/goal-gate-cannot-retry.ts";
import { rule as goalGateHasRetry } from "./rules/goal-gate-has-retry.ts";
import { rule as humanGateLabels } from "./rules/human-gate-labels.ts";
import { rule as inputDeclared } from "./rules/input-declared.ts";
import { rule as itemsKeyUnset } from "./rules/items-key-unset.ts";
import { rule as joinOutOfRange } from "./rules/join-out-of-range.ts";
import { rule as limitBelowOne } from "./rules/limit-below-one.ts";
import { rule as loopRestartClassGuard } from "./rules/loop-restart-class-guard.ts";
import { rule as managerChildRequired } from "./rules/manager-child-required.ts";
import { rule as noWayToExit } from "./rules/no-way-to-exit.ts";
import { rule as otherDialect } from "./rules/other-dialect.ts";
import { rule as privilegedNonTool } from "./rules/privileged-non-tool.ts";
import { rule as promptFileConflict } from "./rules/prompt-file-conflict.ts";
import { rule as promptOnLlmNodes } from "./rules/prompt-on-llm-nodes.ts";
import { rule as reachability } from "./rules/reachability.ts";
import { rule as refusedAttribute } from "./rules/refused-attribute.ts";
import { rule as reservedId } from "./rules/reserved-id.ts";
import { rule as responseSchemaInvalid } from "./rules/response-schema.ts";
import { rule as retriesWithoutHope } from "./rules/retries-without-hope.ts";
import { rule as retryTargetExists } from "./rules/retry-target-exists.ts";
import { rule as retryTargetShadowed } from "./rules/retry-target-shadowed.ts";
import { rule as severalUnconditionalEdges } from "./rules/several-unconditional-edges.ts";
import { rule as shapeKnown } from "./rules/shape-known.ts";
import { rule as startNoIncoming } from "./rules/start-no-incoming.ts";
import { rule as startNode } from "./rules/start-node.ts";
import { rule as statusContractInPrompt } from "./rules/status-contract-in-prompt.ts";
import { rule as stylesheetSyntax } from "./rules/stylesheet-syntax.ts";
import { rule as terminalNode } from "./rules/terminal-node.ts";
import { rule as timeoutExceedsJob } from "./rules/timeout-exceeds-job.ts";
import { rule as toolCommandRequired } from "./rules/tool-command-required.ts";
import { rule as toolchainGate } from "./rules/toolchain-gate.ts";
import { rule as typeKnown } from "./rules/type-known.ts";
import { rule as unboundedFailureBackEdge } from "./rules/unbounded-failure-back-edge.ts";
import { rule as unboundedLoop } from "./rules/unbounded-loop.ts";
import { rule as unknownAttribute } from "./rules/unknown-attribute.ts";
import { rule as unsupportedPrimitive } from "./rules/unsupported-primitive.ts";

export const RULES: readonly BuiltInRule[] = [
  startNode,
  terminalNode,
  reachability,
  edgeTargetExists,
  startNoIncoming,
  exitNoOutgoing,
  conditionSyntax,
  stylesheetSyntax,
  typeKnown,
  fidelityValid,
  retryTargetExists,
  goalGateHasRetry,
  promptOnLlmNodes,
  allConditionalEdges,
  attributeValue,
  attributeWithoutEffect,
  branchesMeet,
  caseTwinIds,
  commandHidesFailure,
  conditionKeyUnset,
  customOutcomeNearMiss,
  defaultChoiceOffered,
  duplicateEdge,
  exitWithoutGoalGate,
  failureToExit,
  fallibleToExitUnconditional,
  fanInUnconditionalOnly,
  fanInWithoutFanOut,
  fanoutExceedsMatrix,
  goalGateCannotRetry,
  humanGateLabels,
  inputDeclared,
  itemsKeyUnset,
  joinOutOfRange,
  limitBelowOne,
  loopRestartClassGuard,
  managerChildRequired,
  noWayToExit,
  otherDialect,
  privilegedNonTool,
  promptFileConflict,
  refusedAttribute,
  reservedId,
  responseSchemaInvalid,
  retriesWithoutHope,
  retryTargetShadowed,
  severalUnconditionalEdges,
  shapeKnown,
  statusContractInPrompt,
  timeoutExceedsJob,
  toolCommandRequired,
  toolchainGate,
  unboundedFailureBackEdge,
  unboundedLoop,
  unknownAttribute,
  unsupportedPrimitive,
];
