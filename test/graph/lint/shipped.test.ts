import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { programsOf } from "../../../engine/graph/lint/facts/commands.ts";
import { prepare } from "../../../engine/graph/prepare.ts";
import { promptReader } from "../../../engine/local/prompt-files.ts";

const folder = new URL("../../../graphs/", import.meta.url);
const graphs = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((path) =>
  path.endsWith(".dot"),
);
const preparedOf = (path: string) =>
  prepare(readFileSync(new URL(path, folder), "utf8"), { readPrompt: promptReader(folder.pathname) });

describe("the graphs that ship", () => {
  it.each(graphs)("R-LANG-3: %s has neither errors nor warnings", (path) => {
    expect(preparedOf(path).diagnostics.filter(({ severity }) => severity !== "info")).toEqual([]);
  });

  it.each(graphs)("R-PRE-2: %s asks for what its tools need before a model is paid", (path) => {
    const { stages, out, start } = preparedOf(path).pipeline!;
    const all = [...stages.values()];
    const needs = all.some(({ toolCommand }) => programsOf(toolCommand ?? "").length > 0);
    if (!needs || !all.some(({ handler }) => handler === "agent")) return;
    for (const { to } of out.get(start)!) expect(stages.get(to)?.handler).toBe("tool");
  });
});
