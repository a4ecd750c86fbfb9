/** The two public specifications' Definitions of Done, row by row: the test that shows each, or why it is not built. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { agentLoop, loopParity, loopSmoke } from "./agent-dod/agent-loop.ts";
import { clientParity, clientSmoke, llmClient } from "./agent-dod/llm-client.ts";
import type { Rows } from "./agent-dod/rows.ts";

const titles = new Map<string, readonly string[]>();

/** Every title of the file's tests, as written. */
function titlesOf(file: string): readonly string[] {
  const known = titles.get(file);
  if (known) return known;
  const text = readFileSync(join(import.meta.dirname, file), "utf8");
  const found = [
    ...text.matchAll(/\b(?:it|describe)(?:\.each\([\s\S]*?\))?\(\s*(["'`])((?:\\.|(?!\1)[\s\S])*)\1/g),
  ].map((match) => match[2] as string);
  titles.set(file, found);
  return found;
}

const SECTIONS: Readonly<Record<string, Rows>> = {
  "R-AGENT-12 agent loop 9.1 to 9.11": agentLoop,
  "R-AGENT-12 agent loop 9.12, parity": loopParity,
  "R-AGENT-12 agent loop 9.13, smoke": loopSmoke,
  "R-AGENT-13 LLM client 8.1 to 8.8": llmClient,
  "R-AGENT-13 LLM client 8.9, parity": clientParity,
  "R-AGENT-13 LLM client 8.10, smoke": clientSmoke,
};

describe.each(Object.entries(SECTIONS))("%s", (_, rows) => {
  it.each(Object.entries(rows))("%s", (_row, row) => {
    if ("out" in row) return expect(row.out).toMatch(/\w{3}/);
    const [file, title] = row.test;
    expect(
      titlesOf(file).some((each) => each.includes(title)),
      `${file} has no test ${title}`,
    ).toBe(true);
  });
});

it("R-AGENT-12, R-AGENT-13: they are the rows that the specifications list", () => {
  expect(Object.values(SECTIONS).map((rows) => Object.keys(rows).length)).toEqual([59, 15, 7, 71, 15, 6]);
});
