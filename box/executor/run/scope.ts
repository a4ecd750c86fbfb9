import type { PlainObject } from "../expressions/data.ts";
import type { LoadedWorkflow } from "../workflow/call-tree.ts";
import type { LegState, NodeState, ScopeState } from "./model.ts";

/** A workflow file about to run: its jobs tied together by their needs. */
export function openScope(
  loaded: LoadedWorkflow,
  inputs: PlainObject,
  secrets: ReadonlyMap<string, string>,
  caller: LegState | undefined,
): ScopeState {
  const nodes = new Map<string, NodeState>();
  const scope: ScopeState = { loaded, inputs, secrets, nodes, caller };
  for (const definition of loaded.workflow.jobs.values()) {
    const needs: NodeState[] = [];
    nodes.set(definition.id, {
      definition,
      scope: () => scope,
      needs,
      status: "waiting",
      result: undefined,
      legs: [],
      failFast: true,
      maxParallel: Number.POSITIVE_INFINITY,
      outputs: new Map(),
      ran: false,
    });
  }
  for (const node of nodes.values()) {
    for (const id of node.definition.needs) {
      (node.needs as NodeState[]).push(nodes.get(id) as NodeState);
    }
  }
  return scope;
}

/** `caller / ` for the keys and names of jobs inside a called workflow. */
export const prefixOf = (caller: LegState | undefined, part: "key" | "name"): string =>
  caller === undefined ? "" : `${caller[part]} / `;
