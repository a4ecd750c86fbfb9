import { describe, expect, it } from "vitest";
import { restored } from "../../../engine/agents/api/session/transcript.ts";
import type { AgentSession } from "../../../engine/agents/port.ts";
import { trial } from "./attempt.ts";

const data = { version: 1, protocol: "anthropic_messages", system: "be good", messages: [] };
const session: AgentSession = { backend: "api", provider: "test", model: "m", data };

describe("R-CTX-2: a conversation that an API agent goes on with", () => {
  it("is its own: same backend, provider, model and protocol, and one that can be read", () => {
    const asked = (changes: object) =>
      restored({ ...session, ...changes } as AgentSession, "anthropic_messages", "test", "m");
    expect(asked({})).toEqual({ system: "be good", messages: [] });
    for (const [changes, why] of [
      [{ backend: "claude" }, /made by the claude backend/],
      [{ provider: "other" }, /made with other/],
      [{ model: "m-2" }, /made with the model m-2/],
      [{ data: { ...data, protocol: "openai_responses" } }, /made by openai_responses/],
      [{ data: { ...data, version: 9 } }, /cannot be read/],
      [{ data: { ...data, messages: "none" } }, /cannot be read/],
      [{ data: null }, /cannot be read/],
    ] as const)
      expect(asked(changes)).toMatch(why);
  });
});

describe("R-AGENT-4: what is no loop", () => {
  it("the same command that fails each time in another way", async () => {
    const { reply } = await trial((nth) =>
      nth < 5 ? { calls: [["shell", { command: "cat n; echo x >> n; exit 1" }]] } : { text: "Done." },
    );
    expect(reply).toMatchObject({ response: "Done.", evidence: {} });
  });

  it("the same failure with a command between that went well", async () => {
    const { reply } = await trial((nth) =>
      nth < 8
        ? { calls: [["shell", { command: nth % 2 === 0 ? "echo no; exit 1" : `echo ${nth}` }]] }
        : { text: "Done." },
    );
    expect(reply).toMatchObject({ response: "Done.", evidence: {} });
  });
});
