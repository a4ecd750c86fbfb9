import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { failureOf } from "../../engine/agents/api/call/errors.ts";
import { checkFor } from "../../engine/agents/check-answer.ts";
import { sandboxBroke } from "../../engine/agents/cli/sandbox.ts";
import { commandBackend } from "../../engine/agents/command.ts";
import { statusContractText } from "../../engine/agents/prompt.ts";
import { classify } from "../../engine/failure/classify.ts";
import { clip } from "../../engine/failure/clip.ts";
import { assign, emptyRegistry } from "../../engine/failure/signature.ts";
import { bindInputs } from "../../engine/graph/inputs.ts";
import { prepare } from "../../engine/graph/prepare.ts";
import { redactor } from "../../engine/redact/redact.ts";
import { codeBlock, escapeCell, inlineCode, plainText } from "../../engine/report/escape.ts";
import { reasonLines } from "../../engine/stages/reason.ts";
import { parseCommand } from "../../github/commands/parse.ts";
import { agentRequest } from "../agents/request.ts";
import { agent, scene } from "../stages/scene.ts";

/** Runs of these make expressions that step back take minutes on what follows; the test's own limit is the proof. */
const UNITS = [
  "a",
  "0",
  "_",
  "-",
  ".",
  "/",
  " ",
  "\t",
  "\n",
  "(",
  "[",
  "{",
  "<",
  "`",
  ":",
  "=",
  "#",
  "@",
  "$input.a",
  "a&&",
  "\u001b]",
  "\u001b[",
  "-----BEGIN PRIVATE KEY-----",
  "bearer ",
  "https://",
  "eyJ",
  "authorization:",
];
const runs = (length: number): string[] =>
  UNITS.flatMap((unit) => [unit.repeat(length / unit.length), `${unit.repeat(length / unit.length)}\u0001x`]);

describe("text from outside takes no longer than its length", () => {
  it("in what masks and escapes", () => {
    const redact = redactor(["a-secret-value"]);
    for (const text of runs(200_000)) {
      for (const clean of [redact, plainText, escapeCell, inlineCode, (given: string) => codeBlock(given)])
        expect(clean(text)).toBeTypeOf("string");
    }
  }, 40_000);

  it("in what explains a stage's output", () => {
    for (const text of runs(64 * 1024)) expect(reasonLines(text, text).length).toBeLessThan(16);
  }, 20_000);

  it("R-FAIL-4: in what classifies and names a failure, which is cut before", () => {
    for (const text of runs(100_000)) {
      const reason = clip(text).text;
      const { class: failureClass } = classify({ status: "fail", reason, evidence: { exit_code: 1 } });
      expect(
        assign(emptyRegistry(), { node: "n", class: failureClass, reason }).signature.length,
      ).toBeLessThan(600);
    }
  }, 60_000);

  it("in an agent's last words, the output of its commands and the errors of its provider", () => {
    const check = checkFor({ type: "object" });
    if (typeof check === "string") throw new Error(check);
    const more = ["sandbox ", "model ", "not_found_error ", "hit your "].map((unit) => unit.repeat(50_000));
    for (const text of [...runs(200_000), ...more]) {
      for (const said of [text, `\`\`\`json\n${text}`]) expect(check(said)).toBeDefined();
      expect(sandboxBroke(text)).toBeNull();
      const error = {
        statusCode: 400,
        message: text,
        responseBody: JSON.stringify({ error: { message: text } }),
      };
      expect(failureOf(error, 0, (said) => said).status).toBe(400);
    }
  }, 20_000);

  it("in a graph's attributes", () => {
    const graph = (attribute: string) =>
      `digraph g { goal="x"; start [shape=Mdiamond]; exit [shape=Msquare]; a [prompt="p"]; start -> a -> exit; ${attribute} }`;
    for (const unit of ["0", "a", ".", " ", "$input.a", "a=b&&", "*{a:b}", "1h"]) {
      const value = unit.repeat(200_000 / unit.length);
      for (const key of ["prompt", "timeout", "class", "items", "max_retries", "retry_policy", "shape"])
        expect(prepare(graph(`a [${key}="${value}"]`)).diagnostics).toBeDefined();
      expect(prepare(graph(`a -> exit [condition="${value}"]`)).diagnostics).toBeDefined();
      expect(prepare(graph(`graph [model_stylesheet="${value}"]`)).diagnostics).toBeDefined();
    }
  }, 60_000);

  it("R-GH-8: in a comment", () => {
    for (const text of runs(200_000)) {
      expect(parseCommand(text).kind).toBe("none");
      expect(parseCommand(`/attractor run ${text}`).kind).not.toBe("command");
    }
  }, 20_000);
});

describe("an input that looks like a placeholder", () => {
  it("is not expanded again: what a person types stays what it is", () => {
    const { pipeline } = prepare(
      `digraph g { goal="fix $input.a"; inputs="a,b"; start [shape=Mdiamond]; exit [shape=Msquare]; w [prompt="$input.a"]; start -> w -> exit }`,
    );
    const typed = "$input.b $input.a $goal";
    const bound = bindInputs(pipeline!, { a: typed, b: "boom" });
    expect(bound.ok && bound.pipeline.stages.get("w")?.prompt).toBe(typed);
  });
});

describe("what an agent says it cost", () => {
  const answer = async (command: string) => {
    const at = scene(agent());
    const backend = commandBackend(
      { provider: "p", command, passEnv: [], sandbox: "off" },
      { PATH: process.env.PATH },
    );
    const promptFile = join(at.stageDir, "prompt.md");
    writeFileSync(promptFile, "");
    const reply = await backend.run(
      agentRequest(at.request, {
        promptFile,
        env: { PATH: process.env.PATH! },
        statusPath: statusContractText(at.request),
      }),
    );
    return { usage: reply.usage ?? [], notes: at.notes };
  };
  const line = (usage: string) => `{"attractor_usage":${usage}}`;

  it.each([
    '{"cost_usd":1e308}',
    '{"cost_usd":-5}',
    '{"cost_usd":"1"}',
    '{"input_tokens":1e300,"cost_usd":1}',
    "[]",
  ])("R-OBS-1: %s is not measured, and unknown is not zero", async (usage) => {
    expect((await answer(`echo '${line(usage)}'`)).usage).toEqual([{ provider: "p", cost_usd: null }]);
  });

  it("R-OBS-1: a flood of reports is one warning at most and an unknown cost", async () => {
    const { usage, notes } = await answer(
      `yes '${line('{"cost_usd":0.1}')}' | head -n 50000; yes '${line("1")}' | head -n 9`,
    );
    expect(usage).toEqual([{ provider: "p", cost_usd: null }]);
    expect(notes.length).toBeLessThan(2);
  });
});
