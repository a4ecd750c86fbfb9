/** What a drawing needs of a pipeline, in any format: plain data, in declaration order. */

import type { HandlerType } from "../graph/handler-type.ts";
import type { Subgraph } from "../graph/model.ts";
import type { Pipeline, Route, Stage } from "../graph/pipeline.ts";
import { type EdgeTone, shortCondition, toneOf } from "./condition-text.ts";

export type Direction = "TB" | "LR" | "BT" | "RL";

export interface PictureNode {
  readonly id: string;
  readonly label: string;
  readonly kind: HandlerType;
  /** The second line: which model, which command. May be empty. */
  readonly detail: string;
  readonly goalGate: boolean;
}

export interface PictureEdge {
  readonly from: string;
  readonly to: string;
  readonly label: string;
  /** As written, for the tooltip. */
  readonly condition: string;
  /** As short as it can be told, for the drawing; empty when the label says it. */
  readonly when: string;
  readonly tone: EdgeTone;
  readonly restart: boolean;
}

export interface PictureGroup {
  readonly label: string;
  readonly nodes: readonly string[];
}

export interface Picture {
  readonly name: string;
  readonly title: string;
  readonly goal: string;
  readonly direction: Direction;
  readonly nodes: readonly PictureNode[];
  readonly edges: readonly PictureEdge[];
  readonly groups: readonly PictureGroup[];
}

export function pictureOf(pipeline: Pipeline, subgraphs: readonly Subgraph[] = []): Picture {
  const stages = [...pipeline.stages.values()];
  return {
    name: pipeline.name,
    title: pipeline.label || pipeline.name,
    goal: pipeline.goal,
    direction: directionOf(pipeline.attrs.get("rankdir")),
    nodes: stages.map(pictureNode),
    edges: stages
      .flatMap((stage) => pipeline.out.get(stage.id) ?? [])
      .filter((route) => pipeline.stages.has(route.to))
      .map(pictureEdge),
    groups: groupsOf(subgraphs, pipeline.stages),
  };
}

function directionOf(rankdir: string | undefined): Direction {
  return rankdir === "LR" || rankdir === "BT" || rankdir === "RL" ? rankdir : "TB";
}

function pictureNode(stage: Stage): PictureNode {
  return {
    id: stage.id,
    label: stage.label || stage.id,
    kind: stage.handler,
    detail: detailOf(stage),
    goalGate: stage.goalGate,
  };
}

function detailOf(stage: Stage): string {
  if (stage.handler === "agent") return [stage.llmProvider, stage.llmModel].filter(Boolean).join(" · ");
  if (stage.handler === "tool") return plainCommand(stage);
  if (stage.handler === "stack.manager_loop") return stage.manager?.childDotfile ?? "";
  return "";
}

/** One command in one line. A script says nothing by its first line, and what the label says is not said again. */
function plainCommand({ toolCommand, label }: Stage): string {
  const command = toolCommand?.trim() ?? "";
  const script = /[\n;|&<>$`(){}\\]|^\w+=/.test(command);
  return script || command.toLowerCase() === label.trim().toLowerCase() ? "" : command;
}

function pictureEdge(route: Route): PictureEdge {
  return {
    from: route.from,
    to: route.to,
    label: route.label,
    condition: route.conditionText,
    when: whenOf(route),
    tone: toneOf(route.condition),
    restart: route.loopRestart,
  };
}

/** Beside a label the outcome need not be told again: the edge's colour says it. */
function whenOf({ label, condition, loopRestart }: Route): string {
  if (!condition) return "";
  const told = (label.trim() !== "" || loopRestart) && toneOf(condition) !== "plain";
  const when = shortCondition(condition, (clause) => told && clause.key === "outcome");
  return when.toLowerCase() === label.trim().toLowerCase() ? "" : when;
}

/** A node belongs to the smallest labelled subgraph that holds it; a group of one says nothing. */
function groupsOf(subgraphs: readonly Subgraph[], stages: Pipeline["stages"]): PictureGroup[] {
  const taken = new Set<string>();
  return subgraphs
    .filter((group) => group.label)
    .toSorted((a, b) => a.nodes.length - b.nodes.length)
    .map((group) => {
      const nodes = group.nodes.filter((id) => stages.has(id) && !taken.has(id));
      for (const id of nodes) taken.add(id);
      return { label: group.label!, nodes };
    })
    .filter((group) => group.nodes.length > 1);
}
