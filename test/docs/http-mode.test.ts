/** What the specification's HTTP mode offers, and where it is found here. */
import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { COMMANDS } from "../../cli/commands.ts";
import { EVENT_NAMES } from "../../engine/core/events.ts";
import { FILES } from "../../engine/local/folder.ts";

const page = readFileSync(new URL("../../docs/reference/http-mode.md", import.meta.url), "utf8");
const rows = page
  .split("\n")
  .filter((line) => line.startsWith("| `"))
  .map((line) => line.split("|").slice(1, -1));
const quoted = (text: string): string[] => [...text.matchAll(/`([^`]+)`/g)].map((match) => match[1] ?? "");

const ENDPOINTS = [
  "POST /pipelines",
  "GET /pipelines/{id}",
  "GET /pipelines/{id}/events",
  "POST /pipelines/{id}/cancel",
  "GET /pipelines/{id}/graph",
  "GET /pipelines/{id}/questions",
  "POST /pipelines/{id}/questions/{qid}/answer",
  "GET /pipelines/{id}/checkpoint",
  "GET /pipelines/{id}/context",
];
const EVENTS =
  "PipelineStarted PipelineCompleted PipelineFailed StageStarted StageCompleted StageFailed StageRetrying ParallelStarted ParallelBranchStarted ParallelBranchCompleted ParallelCompleted InterviewStarted InterviewCompleted InterviewTimeout CheckpointSaved".split(
    " ",
  );

it("R-LANG-8: every endpoint of the specification is mapped to commands and files that exist", () => {
  const mapped = new Map(rows.map(([left = "", ...rest]) => [quoted(left)[0], rest.join(" ")]));
  expect([...mapped.keys()]).toEqual([...ENDPOINTS, ...EVENTS]);
  const commands = new Set(COMMANDS.map(({ name }) => name));
  for (const endpoint of ENDPOINTS) {
    const words = quoted(mapped.get(endpoint) ?? "");
    expect(words.length, endpoint).toBeGreaterThan(0);
    for (const word of words.filter((text) => text.startsWith("attractor ")))
      expect(commands, word).toContain(word.split(" ")[1]);
    for (const word of words.filter((text) => /^[\w.]+\.(?:json|ndjson)$/.test(text)))
      expect(Object.values(FILES), word).toContain(word);
  }
});

it("R-LANG-8: every event of the specification is mapped to lines that the schema has", () => {
  const known = new Set<string>(EVENT_NAMES);
  for (const [left = "", right = ""] of rows.filter(([first = ""]) =>
    EVENTS.includes(quoted(first)[0] ?? ""),
  )) {
    const lines = quoted(right).filter((word) => /^[a-z]+(?:_[a-z]+)+$/.test(word));
    expect(lines.length, left).toBeGreaterThan(0);
    for (const line of lines) expect(known, left).toContain(line);
  }
});
