import { readBoolean } from "../../compile/read.ts";
import type { GraphNode } from "../../model.ts";
import type { LintContext } from "../context.ts";

export const goalGates = ({ nodes }: LintContext): readonly GraphNode[] =>
  nodes.filter(({ attrs }) => readBoolean(attrs, "goal_gate") === true);
