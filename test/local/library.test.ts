/** The engine as a library, as a program of somebody else would use it. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import {
  callbackInterviewer,
  InvalidGraphError,
  resume,
  run,
  type StageRunner,
  validate,
  validateOrThrow,
} from "../../engine/index.ts";
import { folder, graph, named, ran, tool } from "./world.ts";

const says =
  (status: string, updates: Record<string, string> = {}): StageRunner =>
  async () => ({ outcome: { status, context_updates: updates }, evidence: {}, durationMs: 1 });

describe("R-LANG-7: the engine as a library", () => {
  it("R-LANG-7: validate finds, validateOrThrow throws what it found", () => {
    const bad = "digraph g { a -> b }";
    expect(validate(bad).map(({ rule }) => rule)).toContain("start_node");
    expect(() => validateOrThrow(bad)).toThrow(InvalidGraphError);
    expect(
      validateOrThrow(
        graph(
          `${tool("w", "true")}; s -> w; w -> e [condition="outcome=success"]; w -> w [condition="outcome=fail"]`,
        ),
      ),
    ).toBeInstanceOf(Array);
  });

  it("R-LANG-7: a handler for a type, one in place of a built-in one, and one that throws", async () => {
    const seen: string[] = [];
    const source =
      graph(`mine [shape=box, type="deploy", target="eu"]; ask [prompt="Say it"]; wrong [type="boom"]
      s -> mine -> ask -> wrong; wrong -> e [condition="outcome=success"]`);
    const { final, log } = await ran(source, {
      handlers: {
        deploy: async (request) => {
          seen.push(`${request.stage.attrs.get("target")}`);
          return {
            outcome: { status: "success", context_updates: { region: "eu" } },
            evidence: {},
            durationMs: 1,
          };
        },
        agent: async (request) => {
          seen.push(`${request.stage.prompt} in ${request.context.region}`);
          return { outcome: { status: "success" }, evidence: {}, durationMs: 1 };
        },
        boom: () => Promise.reject(new Error("no such cloud")),
      },
    });
    expect(seen).toEqual(["eu", "Say it in eu"]);
    expect(final).toMatchObject({ status: "fail", failed_node: "wrong" });
    expect(final?.failure_reason).toContain("no such cloud");
    expect(named(log, "stage_attempt_start").map((event) => event.handler)).toContain("deploy");
  });

  it("R-LANG-7: transforms run in order between parsing and lint; rules of one's own count", async () => {
    const order: string[] = [];
    const source = graph(`${tool("w", "true")}; s -> w -> e`);
    const { final } = await ran(source, {
      transforms: ["first", "second"].map((name) => (given) => {
        order.push(name);
        return given;
      }),
    });
    expect([final?.status, ...order]).toEqual(["success", "first", "second"]);
    const rule = {
      code: "no_tools",
      severity: "error" as const,
      *check() {
        yield { message: "tools are not allowed", at: { line: 1, column: 1, offset: 0 } };
      },
    };
    await expect(ran(source, { rules: [rule] })).rejects.toThrow("tools are not allowed");
  });

  it("R-LANG-7: an interviewer answers, onEvent hears every line, a signal cancels", async () => {
    const events: string[] = [];
    const source =
      graph(`r [shape=hexagon, label="Which way?"]; ${tool("left", "true")}; ${tool("right", "true")}
      s -> r; r -> left [label="[L] Left"]; r -> right [label="[R] Right"]; left -> e; right -> e`);
    const logsRoot = join(folder(), "run");
    const report = await run(source, {
      workdir: folder(),
      logsRoot,
      interviewer: callbackInterviewer(async (question) => ({
        value: "OPTION",
        option: question.options[1]!,
      })),
      onEvent: (event) => void events.push(`${event.seq} ${event.event}`),
    });
    expect(report.final?.completed_nodes).toContain("right");
    const lines = readFileSync(join(logsRoot, "progress.ndjson"), "utf8").trim().split("\n");
    expect(events).toEqual(lines.map((line) => JSON.parse(line)).map(({ seq, event }) => `${seq} ${event}`));
    const over = AbortSignal.abort("not today");
    expect(
      (await run(source, { workdir: folder(), logsRoot: join(folder(), "run"), signal: over })).final,
    ).toMatchObject({
      status: "canceled",
      failure_reason: "not today",
    });
  });

  it("R-LANG-7: resume goes on with the same handlers", async () => {
    const source = graph(`mine [type="deploy"]; s -> mine; mine -> e [condition="outcome=success"]`);
    const { root, final } = await ran(source, { handlers: { deploy: says("fail") } });
    expect(final?.status).toBe("fail");
    expect((await resume(root, { handlers: { deploy: says("success") } })).final).toMatchObject({
      status: "success",
      resumes: 1,
    });
  });
});
