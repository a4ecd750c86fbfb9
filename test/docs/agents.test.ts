import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { loadConfig } from "../../engine/config/load.ts";

const page = readFileSync(new URL("../../docs/agents.md", import.meta.url), "utf8");
const block = (language: string): string =>
  new RegExp(`\`\`\`${language}\n([\\s\\S]*?)\`\`\``).exec(page)?.[1] ?? "";

describe("the page on agents", () => {
  it("shows a configuration that is accepted as it stands", () => {
    const loaded = loadConfig(block("yaml"), "docs/agents.md");
    expect(loaded.ok ? [] : loaded.problems).toEqual([]);
    expect(loaded.ok && Object.keys(loaded.config.llm.providers)).toEqual([
      "anthropic",
      "openai",
      "kimi",
      "zai",
      "mine",
    ]);
  });
});
