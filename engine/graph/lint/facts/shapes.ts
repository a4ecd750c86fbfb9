/** The nodes that have each shape as it is written; a graph of many nodes has few shapes. */
import { attrOf } from "../../attributes.ts";
import type { GraphNode } from "../../model.ts";
import type { LintContext } from "../context.ts";

export const byShape = ({ having }: LintContext): ReadonlyMap<string, readonly GraphNode[]> =>
  Map.groupBy(having("shape"), ({ attrs }) => attrOf(attrs, "shape")!.value);
