import { existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { BackendChoice } from "../../engine/agents/choose.ts";
import { runAgent } from "../../engine/agents/stage/run.ts";
import { findMarked } from "../../engine/stages/strays.ts";
import { command, conditionOf, own, read, simulate } from "./agent-world.ts";
import { agent, nextAttempt, scene } from "./scene.ts";

describe("an agent stage", () => {
  it("R-OBS-3: who takes over may spend what the one before left", async () => {
    const at = scene(agent());
    const seen: unknown[] = [];
    const usage = [{ cost_usd: 0.75 }];
    const options = own({
      async run({ request }) {
        seen.push(request.spendableUsd);
        return { response: "", evidence: { error_code: "overloaded" }, problem: "overloaded", usage };
      },
    });
    const choose = (request: typeof at.request): BackendChoice => {
      const choice = options.choose(request);
      return choice.ok ? { ...choice, failover: [choice.first, choice.first] } : choice;
    };
    const anew = async () => ({ stageDir: at.stageDir });
    await runAgent({ ...at.request, spendableUsd: 1, anew }, { ...options, choose });
    expect(seen).toEqual([1, 0.25, 0]);
  });

  it("R-SEC-1: what stands where the engine writes is no way to stop or lead it", async () => {
    const at = scene(agent());
    for (const name of ["context.json", "prompt.md", "provider_used.json", "response.md"])
      mkdirSync(join(at.stageDir, name, "x"), { recursive: true });
    const elsewhere = join(at.worktree, "elsewhere");
    writeFileSync(elsewhere, "kept");
    const result = await runAgent(
      at.request,
      own({
        async run() {
          symlinkSync(elsewhere, join(at.stageDir, "status.json"));
          return { response: "Done", evidence: {} };
        },
      }),
    );
    expect(result.outcome.status).toBe("fail");
    expect(JSON.parse(read(at, "context.json"))).toEqual(at.request.context);
    expect([read(at, "response.md"), readFileSync(elsewhere, "utf8")]).toEqual(["Done", "kept"]);
    expect(JSON.parse(read(at, "status.json"))).toMatchObject({ outcome: "fail" });
  });

  it("keeps prompt, context and answer, and hands on the beginning of the answer", async () => {
    const at = scene(agent(), { context: { "tool.output": "hi" } });
    const options = command(
      `cat >/dev/null; printf 'a%.0s' {1..500}; echo '{"status":"success"}' > "$ATTRACTOR_STATUS_PATH"`,
    );
    const { outcome } = await runAgent(at.request, options);
    expect(outcome).toEqual({
      status: "success",
      context_updates: { last_stage: "it", last_response: "a".repeat(200) },
    });
    expect(read(at, "prompt.md")).toContain("Do the work");
    expect(read(at, "response.md")).toBe("a".repeat(500));
    expect(JSON.parse(read(at, "context.json"))).toEqual({ "tool.output": "hi" });
    expect(at.notes).toContainEqual({
      event: "provider_selected",
      provider: "ours",
      backend: "command",
      source: "only_provider",
    });
  });

  it("is asked before it answers: the prompt is on disk when the backend runs, and is what it is given", async () => {
    const at = scene(agent());
    const options = command(
      `[ "$(cat)" = "$(cat "$ATTRACTOR_STAGE_DIR/prompt.md")" ] && echo same; cat /dev/stdin | wc -c`,
    );
    await runAgent(at.request, options);
    expect(read(at, "response.md")).toContain("same");
  });

  it("R-STAT-4: that writes only .ai/status.json with success ends as success, and says where it was found", async () => {
    const at = scene(agent());
    const options = command(`mkdir -p .ai && echo '{"status":"success"}' > .ai/status.json`);
    expect((await runAgent(at.request, options)).outcome.status).toBe("success");
    expect(at.notes).toContainEqual({ event: "status_ingestion_decision", source: "dot_ai", copied: true });
    expect(existsSync(join(at.worktree, ".ai/status.json"))).toBe(false);
  });

  it("R-STAT-4: so does a simulated one", async () => {
    const at = scene(agent());
    const options = simulate({ it: [{ status_file: { at: "dot_ai", content: { outcome: "success" } } }] });
    expect((await runAgent(at.request, options)).outcome.status).toBe("success");
  });

  it.each(["command", "own"])(
    "R-STAT-8: that ends cleanly and says nothing fails, with every path (%s backend)",
    async (kind) => {
      const at = scene(agent());
      const { outcome, evidence } = await runAgent(
        at.request,
        kind === "command" ? command("true") : own({}),
      );
      expect(outcome.status).toBe("fail");
      expect(outcome.failure_reason).toBe(
        `missing status.json (auto_status=false); looked at ${at.stageDir}/status.json: not there; ${at.worktree}/status.json: not there; ${at.worktree}/.ai/status.json: not there`,
      );
      expect(evidence.error_code).toBe("status_contract");
      expect(JSON.parse(read(at, "status.json")).status).toBe("fail");
    },
  );

  it("R-STAT-7: with auto_status silence is success, a broken file is not", async () => {
    const quiet = scene(agent(", auto_status=true"));
    expect((await runAgent(quiet.request, command("true"))).outcome).toMatchObject({
      status: "success",
      notes: "auto-status: handler completed without writing status",
    });
    const broken = scene(agent(", auto_status=true"));
    const options = command(`echo '{"status":' > status.json`);
    expect((await runAgent(broken.request, options)).outcome.status).toBe("fail");
  });

  it("R-STAT-5: a backend that fails has failed, whatever the file and the backend's own word say", async () => {
    const crashed = scene(agent());
    const options = command(
      `echo '{"status":"success"}' > "$ATTRACTOR_STATUS_PATH"; echo 'panic: out of quota' >&2; exit 7`,
    );
    expect((await runAgent(crashed.request, options)).outcome).toMatchObject({
      status: "fail",
      failure_reason: expect.stringContaining("exit status 7: panic: out of quota"),
    });
    const claims = own({
      run: async () => ({
        response: "",
        evidence: { error_code: "turn_limit" },
        problem: "turn limit reached (max_turns=25)",
        outcome: { status: "success" },
      }),
    });
    expect((await runAgent(scene(agent()).request, claims)).outcome).toMatchObject({
      status: "fail",
      failure_reason: expect.stringContaining("turn limit reached (max_turns=25)"),
    });
  });

  it("R-STAT-6: unknown fields are reported and stay in the file; an older shape is rewritten in today's", async () => {
    const at = scene(agent());
    const options = command(`echo '{"outcome":"ok","verification":{"n":1}}' > "$KILROY_STAGE_STATUS_PATH"`);
    const result = await runAgent(at.request, options);
    expect(result.unknownFields).toEqual(["verification"]);
    expect(JSON.parse(read(at, "status.json"))).toEqual({
      verification: { n: 1 },
      status: "success",
      outcome: "success",
    });
    expect(read(at, "status.received.json")).toContain('"outcome":"ok"');
    const decision = at.notes.find(({ event }) => event === "status_ingestion_decision");
    expect(decision?.diagnostic).toContain("unknown fields kept: verification");
  });

  it("R-STAT-9: a word that the graph routes on is no near miss", async () => {
    const at = scene(agent());
    const routed = {
      ...at.request.pipeline.out.get("it")![0]!,
      condition: conditionOf("outcome=sucess"),
    };
    const pipeline = { ...at.request.pipeline, out: new Map([["it", [routed]]]) };
    const options = command(`echo '{"status":"sucess"}' > "$ATTRACTOR_STATUS_PATH"`);
    expect((await runAgent({ ...at.request, pipeline }, options)).outcome.status).toBe("sucess");
    expect((await runAgent(nextAttempt(at).request, options)).outcome.status).toBe("fail");
  });

  it("R-STAT-3: what the first attempt left is not the second's answer", async () => {
    const at = scene(agent());
    at.put("status.json", '{"status":"success"}');
    const { outcome } = await runAgent(at.request, command("true"));
    expect(outcome.failure_reason).toContain("stood there before this attempt");
  });

  it("a backend that throws fails the stage with what it threw", async () => {
    const options = own({
      run: async () => {
        throw new Error("socket hang up");
      },
    });
    const { outcome, evidence, usage } = await runAgent(scene(agent()).request, options);
    expect(outcome.failure_reason).toBe("the own backend failed: socket hang up");
    expect(evidence.error_code).toBe("backend_error");
    // It may have spent money before.
    expect(usage).toEqual([{ provider: "own", cost_usd: null }]);
  });

  it("R-LIVE-7: is stopped at its time limit and on cancel, whichever the backend", async () => {
    for (const options of [
      command("sleep 1000"),
      simulate({ it: [{ status: "success", delay_ms: 3_600_000 }] }),
    ]) {
      const late = scene(agent(), { timeoutMs: 100 });
      const { evidence, outcome } = await runAgent(late.request, options);
      expect(evidence.timed_out).toBe(true);
      expect(outcome.failure_reason).toContain("timed out after 100 ms");
      expect(findMarked([`ATTRACTOR_STAGE_DIR=${late.stageDir}`], null)).toEqual([]);

      const canceled = scene(agent(), { signal: AbortSignal.timeout(100) });
      expect((await runAgent(canceled.request, options)).evidence.canceled).toBe(true);
    }
  });

  it("keeps its promised outputs like a tool", async () => {
    const options = simulate({
      it: [{ status: "success" }, { status: "success", files: { "plan.md": "x" } }],
    });
    const at = scene(agent(', outputs="plan.md"'));
    expect((await runAgent(at.request, options)).evidence.error_code).toBe("status_contract");
    const again = scene(agent(', outputs="plan.md"'), { visit: 2 });
    expect((await runAgent(again.request, options)).outcome.status).toBe("success");
  });
});

it("a stage's own file that only looks like a log does not stand in the way", async () => {
  const at = scene(agent());
  writeFileSync(join(at.worktree, "stdout.log"), "mine");
  await runAgent(at.request, command("echo x"));
  expect(readFileSync(join(at.worktree, "stdout.log"), "utf8")).toBe("mine");
});
