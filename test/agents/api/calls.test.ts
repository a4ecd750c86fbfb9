import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { ends, trial } from "./attempt.ts";

describe("R-AGENT-3: calls of one answer", () => {
  it("what changes files waits for those before it, and holds up those after it", async () => {
    const look = "sleep 0.5; cat a.txt 2>/dev/null || echo none";
    const { events } = await trial([
      {
        calls: [
          ["shell", { command: look }],
          ["write_file", { path: "a.txt", content: "new" }],
          ["shell", { command: "cat a.txt; echo" }],
        ],
      },
      { text: "Done." },
    ]);
    const [before, , after] = ends(events).map(({ output }) => String(output).split("\n")[0]);
    expect([before, after]).toEqual(["none", "new"]);
  });

  it("with hooks they go one by one", async () => {
    const pre = "echo begin >> order; sleep 0.3; echo end >> order";
    const { at } = await trial(
      [
        {
          calls: [
            ["shell", { command: "true" }],
            ["shell", { command: "true" }],
          ],
        },
        { text: "Done." },
      ],
      { settings: { hooks: { pre, post: null } } },
    );
    expect(readFileSync(join(at.worktree, "order"), "utf8")).toBe("begin\nend\nbegin\nend\n");
  });

  it("a hook that hangs is ended at the time of a command, and the call is skipped", async () => {
    const { events, reply } = await trial(
      [{ calls: [["shell", { command: "touch ran" }]] }, { text: "Done." }],
      {
        settings: { hooks: { pre: "sleep 60", post: null }, commandTimeoutMs: 500 },
      },
    );
    expect(ends(events)[0]!.output).toContain("tool_hooks.pre refused it (it took too long)");
    expect(reply.response).toBe("Done.");
  });

  it("a tool that another family has is none of this one's", async () => {
    const { events, at } = await trial([
      { calls: [["apply_patch", { patch: "*** Begin Patch\n*** Add File: x\n+x\n*** End Patch" }]] },
      { text: "Done." },
    ]);
    expect(ends(events)[0]!.output).toContain("there is no tool apply_patch");
    expect(() => readFileSync(join(at.worktree, "x"))).toThrow();
  });

  it("R-SEC-4: arguments that cannot be read are masked before they are cut", async () => {
    const secret = "Kq7-Zx9_Wv3-Yb5_Jd1-Gf8_Hm2";
    const input = `{"command": "${"x".repeat(250)}${secret}${"y".repeat(100)}`;
    const { events } = await trial([{ calls: [["shell", input]] }, { text: "Done." }], {
      request: { mask: (text) => text.replaceAll(secret, "***") },
    });
    const said = String(ends(events)[0]!.output);
    expect(said).toContain("xxx***");
    expect(said).not.toContain("Kq7");
  });
});
