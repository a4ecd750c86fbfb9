/** A graph drawn with letters: a line for each stage, below it where it leads to. */
import type { HandlerType } from "../../engine/graph/handler-type.ts";
import type { Pipeline, Stage } from "../../engine/graph/pipeline.ts";

const KINDS: Readonly<Record<HandlerType, string>> = {
  start: "begin",
  exit: "end",
  agent: "agent",
  tool: "command",
  conditional: "choice",
  parallel: "fan-out",
  "parallel.fan_in": "fan-in",
  "wait.human": "person",
  "stack.manager_loop": "manager",
};

export function outline(pipeline: Pipeline): string {
  const stages = [...pipeline.stages.values()];
  const width = Math.max(...stages.map(({ id }) => id.length));
  return stages.map((stage) => lines(stage, pipeline, width)).join("");
}

function lines({ id, handler, label }: Stage, pipeline: Pipeline, width: number): string {
  const about = [KINDS[handler].padEnd(8), label === id ? "" : label].join(" ").trimEnd();
  const ways = (pipeline.out.get(id) ?? []).map(({ to, conditionText, label: caption }) => {
    const when = [caption, conditionText === "" ? "" : `if ${conditionText}`].filter((text) => text !== "");
    return `${" ".repeat(width + 2)}-> ${to}${when.length === 0 ? "" : `  (${when.join(", ")})`}\n`;
  });
  return [`${id.padEnd(width)}  ${about}\n`, ...ways].join("");
}
