/** The built-in rules, the specification's first. */
import type { BuiltInRule } from "./rule.ts";
import { rule as conditionSyntax } from "./rules/condition-syntax.ts";
import { rule as edgeTargetExists } from "./rules/edge-target-exists.ts";
import { rule as exitNoOutgoing } from "./rules/exit-no-outgoing.ts";
import { rule as fidelityValid } from "./rules/fidelity-valid.ts";
import { rule as goalGateCannotRetry } from "./rules/goal-gate-cannot-retry.ts";
import { rule as goalGateHasRetry } from "./rules/goal-gate-has-retry.ts";
import { rule as promptOnLlmNodes } from "./rules/prompt-on-llm-nodes.ts";
import { rule as reachability } from "./rules/reachability.ts";
import { rule as retryTargetExists } from "./rules/retry-target-exists.ts";
import { rule as startNoIncoming } from "./rules/start-no-incoming.ts";
import { rule as startNode } from "./rules/start-node.ts";
import { rule as stylesheetSyntax } from "./rules/stylesheet-syntax.ts";
import { rule as terminalNode } from "./rules/terminal-node.ts";
import { rule as typeKnown } from "./rules/type-known.ts";

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
  goalGateCannotRetry,
];
