import { existsSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { simulateBackend } from "../../engine/agents/simulate.ts";
import { parseScript, type Script } from "../../engine/agents/simulate-script.ts";
import { statusPath } from "../../engine/stages/status/paths.ts";
import { agent, scene } from "../stages/scene.ts";

import { agentRequest } from "./request.ts";

const script = (content: object): Script => {
  const read = parseScript(JSON.stringify(content), "s.json");
  if (!read.ok) throw new Error(read.problems.join("\n"));
  return read.script;
};
const problems = (text: string) => {
  const read = parseScript(text, "s.json");
  return read.ok ? [] : read.problems;
};

function play(content: object, visit = 1, attempt = 1) {
  const at = scene(agent(), { visit, attempt });
  const request = agentRequest(at.request, {
    promptFile: "",
    env: {},
    statusPath: statusPath(at.stageDir),
  });
  return { at, reply: simulateBackend(script(content)).run(request) };
}

describe("a simulated agent", () => {
  it("that no script knows succeeds and says that it is simulated", async () => {
    const { reply } = play({});
    expect(await reply).toEqual({
      response: "[Simulated] Response for stage: it",
      evidence: {},
      outcome: { status: "success" },
    });
    expect(simulateBackend(script({})).simulated).toBe(true);
  });

  it("says per visit what its script says, the last one repeats", async () => {
    const content = {
      it: [{ status: "fail", failure_reason: "a" }, { status: "retry" }, { status: "success" }],
    };
    const at = async (visit: number) => (await play(content, visit).reply).outcome;
    expect(await at(1)).toEqual({ status: "fail", failure_reason: "a" });
    expect(await at(2)).toEqual({ status: "retry", failure_reason: "it is scripted to end retry" });
    expect([(await at(3))?.status, (await at(9))?.status]).toEqual(["success", "success"]);
  });

  it("says per attempt of a visit what an inner list says", async () => {
    const content = { it: [[{ status: "retry" }, { status: "success" }], { status: "fail" }] };
    const at = async (visit: number, attempt: number) =>
      (await play(content, visit, attempt).reply).outcome?.status;
    expect([await at(1, 1), await at(1, 2), await at(1, 3), await at(2, 1)]).toEqual([
      "retry",
      "success",
      "success",
      "fail",
    ]);
  });

  it("writes the files it is told to, and a status file where it is told", async () => {
    const { at, reply } = play({
      it: [{ files: { "src/a.ts": "x" }, status_file: { at: "dot_ai", content: { status: "success" } } }],
    });
    expect((await reply).outcome).toBeUndefined();
    expect(readFileSync(join(at.worktree, "src/a.ts"), "utf8")).toBe("x");
    expect(readFileSync(join(at.worktree, ".ai/status.json"), "utf8")).toBe('{"status":"success"}');
    const broken = play({ it: [{ status_file: { at: "canonical", content: "{" } }] });
    await broken.reply;
    expect(readFileSync(statusPath(broken.at.stageDir), "utf8")).toBe("{");
  });

  it("hands on usage and evidence", async () => {
    const usage = { provider: "kimi", cost_usd: 0.5 };
    const { reply } = play({ it: [{ status: "fail", usage, evidence: { error_code: "rate_limit" } }] });
    expect(await reply).toMatchObject({ usage: [usage], evidence: { error_code: "rate_limit" } });
  });

  it("a node called __proto__ is a node like any other", () => {
    expect([...script(JSON.parse('{"__proto__": [{"status": "success"}]}')).nodes.keys()]).toEqual([
      "__proto__",
    ]);
  });
});

describe("a script that is wrong", () => {
  it("is told by place, all of it at once", () => {
    expect(
      problems(
        JSON.stringify({
          a: [{ status: "success" }, { statuss: "fail" }],
          b: { status: "success" },
          c: [{ delay_ms: -1 }],
          d: [[{ files: { "../x": "" } }], []],
          e: [],
        }),
      ),
    ).toEqual([
      's.json: a[1]: unknown key "statuss"; did you mean "status"?',
      "s.json: b: expected a list with one outcome per visit",
      expect.stringMatching(/^s\.json: c\[0\]\.delay_ms: /),
      expect.stringMatching(/^s\.json: d\[0\]\[0\]\.files\..*inside the worktree/),
      "s.json: d[1]: expected at least one attempt",
      "s.json: e: expected a list with one outcome per visit",
    ]);
    expect(problems("[]")).toEqual(["s.json: expected an object from node ids to lists of outcomes"]);
    expect(problems("{")[0]).toMatch(/^s\.json: /);
  });

  it("writes nothing outside the worktree", () => {
    const outside = join(tmpdir(), `attractor-outside-${process.pid}`);
    for (const path of [outside, "../x", "a/../../x"]) {
      expect(problems(JSON.stringify({ it: [{ files: { [path]: "" } }] }))).toHaveLength(1);
    }
    expect(existsSync(outside)).toBe(false);
  });
});
