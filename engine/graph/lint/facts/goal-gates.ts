import { readBoolean } from "../../compile/read.ts";
import type { GraphNode } from "../../model.ts";
import type { LintContext } from "../context.ts";

export const goalGates = ({ having }: LintContext): readonly GraphNode[] =>
  having("goal_gate").filter(({ attrs }) => readBoolean(attrs, "goal_gate") === true);
