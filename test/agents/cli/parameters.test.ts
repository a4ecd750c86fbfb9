import { describe, expect, it } from "vitest";
import { CLI_NAMES } from "../../../engine/agents/cli/adapters.ts";
import { CLI_PARAMETERS, unsupported, type WrittenParameter } from "../../../engine/agents/cli/parameters.ts";

const nothing: WrittenParameter = {
  model: null,
  effort: null,
  maxTokens: null,
  maxTurns: 0,
  hooks: { pre: null, post: null },
  commandTimeouts: false,
};
const all: WrittenParameter = {
  model: "m",
  effort: "high",
  maxTokens: 5,
  maxTurns: 3,
  hooks: { pre: "true", post: null },
  commandTimeouts: true,
};

describe("R-AGENT-21: parameters that a CLI cannot honour", () => {
  it("are told one by one, and only where the author wrote them", () => {
    for (const cli of CLI_NAMES) expect(unsupported(cli, true, nothing)).toEqual([]);
    expect(unsupported("claude", true, all)).toEqual([]);
    expect(unsupported("gemini", true, all)).toEqual([
      "gemini has no setting for reasoning_effort",
      "gemini has no setting for max_tokens",
      "gemini has no setting for command_timeouts",
    ]);
  });

  it("turns that nobody counts are told where the calls do not pass the proxy", () => {
    expect(unsupported("codex", true, { ...nothing, maxTurns: 3 })).toEqual([]);
    expect(unsupported("codex", false, { ...nothing, maxTurns: 3 })).toEqual([
      expect.stringContaining("max_agent_turns cannot be kept"),
    ]);
    expect(unsupported("claude", false, { ...nothing, maxTurns: 3 })).toEqual([]);
  });

  it("R-AGENT-14: every CLI has hooks of its own", () => {
    for (const cli of CLI_NAMES) expect(CLI_PARAMETERS[cli].tool_hooks).not.toBeNull();
  });
});
