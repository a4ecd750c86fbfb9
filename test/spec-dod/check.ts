/** The checks of the specification's Definition of Done: section, text as there, and what shows it. */

import { validate } from "../../engine/graph/prepare.ts";
import { graphOf, nodeOf, values } from "../graph/read.ts";

export type Checks = Readonly<Record<string, () => void | Promise<void>>>;

export const attrs = (source: string, id: string): Record<string, string> =>
  values(nodeOf(graphOf(source), id).attrs);

/** A graph with start and exit around these statements. */
export const frame = (body: string, graphAttrs = ""): string =>
  `digraph g { graph [goal="Ship it"${graphAttrs}]; start [shape=Mdiamond]; exit [shape=Msquare]\n${body}\n}`;

export const tool = (id: string, more = ""): string =>
  `${id} [shape=parallelogram, tool_command="true"${more}];`;

export const findings = (source: string): string[] =>
  validate(source).map(({ rule, severity }) => `${severity} ${rule}`);
