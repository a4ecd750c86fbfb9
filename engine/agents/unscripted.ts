/** What a simulated stage does that no script names: it says what its edges offer, and makes what its graph promises. */
import { existsSync } from "node:fs";
import { isAbsolute, join } from "node:path";
import { z } from "zod";
import type { JsonValue } from "../core/outcome.ts";
import { sayFor } from "../core/way-out.ts";
import type { Pipeline } from "../graph/pipeline.ts";
import { Candidate, isEligible } from "../stages/fan-in-candidates.ts";
import type { StageRequest } from "../stages/port.ts";
import type { ScriptStep } from "./simulate-script.ts";

export function unscripted({ pipeline, stage, visit, context, worktree }: StageRequest): ScriptStep {
  const say = sayFor(pipeline, stage.id, visit, context);
  const updates = { ...listsFor(pipeline, context), ...say.context_updates };
  const inside = stage.outputs.filter((glob) => !isAbsolute(glob) && !glob.split("/").includes(".."));
  const winner = stage.handler === "parallel.fan_in" ? candidateOf(context["parallel.results"]) : null;
  const missing = inside.map(pathFor).filter((path) => !existsSync(join(worktree, path)));
  const files = Object.fromEntries(missing.map((path) => [path, `simulated by ${stage.id}\n`]));
  return {
    ...say,
    ...(winner === null ? {} : { preferred_label: winner }),
    ...(Object.keys(updates).length === 0 ? {} : { context_updates: updates }),
    ...(missing.length === 0 ? {} : { files }),
  };
}

/** A path that the glob of a promised output fits. */
const pathFor = (glob: string): string =>
  glob
    .replace(/\/$/, "/simulated")
    .replace(/\*+/g, "simulated")
    .replaceAll("?", "x")
    .replace(/\{([^,}]*)[^}]*\}/g, "$1");

/** Two items for each list that a fan-out needs and nobody has set yet. */
function listsFor(
  pipeline: Pipeline,
  context: Readonly<Record<string, JsonValue>>,
): Record<string, JsonValue> {
  const lists = [...pipeline.stages.values()].flatMap(({ fanOut }) => fanOut?.itemsKey ?? []);
  const keys = lists.map((key) => key.replace(/^context\./, ""));
  const unset = keys.filter((key) => !key.startsWith("input.") && context[key] === undefined);
  return Object.fromEntries(unset.map((key) => [key, ["first", "second"]]));
}

/** The first branch that a fan-in with a prompt may choose. */
function candidateOf(results: JsonValue | undefined): string | null {
  const parsed = z.array(Candidate).safeParse(results);
  return (parsed.success && parsed.data.find(isEligible)?.key) || null;
}
