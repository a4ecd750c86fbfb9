import { chmodSync, existsSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { PreflightReport } from "../../engine/agents/preflight/report.ts";
import { hereIn } from "../local/here.ts";
import { folder, graph, logOf, named, readJson, repository, tool } from "../local/world.ts";

const ASKS = graph('it [prompt=x, llm_provider=zai, llm_model="glm-4.7"]; s -> it -> e');
const COMMAND = `version: 1
llm: { providers: { zai: { backend: command, command: "echo '{\\"status\\":\\"success\\"}' > \\"$ATTRACTOR_STATUS_PATH\\"" } } }
`;

describe("a run that preflight knows to be in vain", () => {
  it("R-PRE-6: does not begin: exit code 2, every problem, and nothing but its report and its final", async () => {
    const repo = repository({ "g.dot": ASKS });
    const { code, err } = await hereIn(repo, "run", "g.dot", "--run-id", "r");
    expect(code).toBe(2);
    expect(err).toContain("asks for provider zai");
    expect(err).toContain("write llm: { providers: { zai: { backend: api } } }");
    const root = join(repo, ".attractor/runs/r");
    expect(
      readdirSync(root)
        .filter((name) => !name.includes("lock"))
        .sort(),
    ).toEqual(["final.json", "preflight_report.json"]);
    const report = readJson<PreflightReport>(join(root, "preflight_report.json"));
    expect(report.summary).toEqual({ pass: 0, warn: 0, fail: 1 });
    expect(report.checks[0]).toMatchObject({
      name: "provider_api_presence",
      provider: "zai",
      status: "fail",
    });
    expect(readJson<{ failure_reason: string }>(join(root, "final.json")).failure_reason).toContain(
      "asks for provider zai",
    );
  });

  it("R-PRE-6: nor does a detached one, and the launcher says why", async () => {
    const repo = repository({ "g.dot": ASKS });
    const { code, err } = await hereIn(repo, "run", "g.dot", "--run-id", "r", "--detach");
    expect([code, err]).toEqual([2, expect.stringContaining("asks for provider zai")]);
  });

  it("runs when simulated, and when it is fixed; the report is in the folder", async () => {
    const repo = repository({ "g.dot": ASKS, "c.yml": COMMAND });
    expect((await hereIn(repo, "run", "g.dot", "--run-id", "a", "--simulate")).code).toBe(0);
    expect((await hereIn(repo, "run", "g.dot", "--run-id", "b", "--config", "c.yml")).code).toBe(0);
    const reports = ["a", "b"].map((id) =>
      readJson<PreflightReport>(join(repo, `.attractor/runs/${id}/preflight_report.json`)),
    );
    expect(reports.map(({ simulated, summary }) => [simulated, summary.fail])).toEqual([
      [true, 0],
      [false, 0],
    ]);
  });
});

describe("attractor preflight", () => {
  it("tells the worst first, and ends with 2 when a run would be in vain", async () => {
    const repo = repository({ "g.dot": ASKS, "c.yml": "llm: { providers: { zai: { backend: api } } }\n" });
    const { code, out } = await hereIn(repo, "preflight", "g.dot", "--config", "c.yml");
    expect(code).toBe(2);
    expect(out.split("\n")[0]).toContain("fail  zai has no key: set ZAI_API_KEY");
    expect(out).toMatch(/\d pass, \d warn, 1 fail/);
    expect(existsSync(join(repo, ".attractor"))).toBe(false);
    const json = JSON.parse(
      (await hereIn(repo, "preflight", "g.dot", "--config", "c.yml", "--json", "--logs-root", "out")).out,
    );
    expect(json.summary.fail).toBe(1);
    expect(readJson<PreflightReport>(join(repo, "out/preflight_report.json"))).toEqual(json);
  });

  it("has nothing to say of a graph without agents, and reads no graph that is broken", async () => {
    const repo = repository({ "g.dot": graph("s -> e"), "bad.dot": "digraph {" });
    expect(await hereIn(repo, "preflight", "g.dot")).toMatchObject({
      code: 0,
      out: expect.stringContaining("asks no model"),
    });
    expect((await hereIn(repo, "preflight", "bad.dot")).code).toBe(2);
  });
});

describe("models that are forced", () => {
  it("R-AGENT-11: --force-model is checked, in the manifest, and named by the event of every stage", async () => {
    const two = graph("a [prompt=x, llm_model=one]; b [prompt=y, llm_model=two]; s -> a -> b -> e");
    const repo = repository({ "g.dot": two, "c.yml": COMMAND });
    const { code } = await hereIn(
      repo,
      "run",
      "g.dot",
      "--run-id",
      "r",
      "--config",
      "c.yml",
      "--force-model",
      "zai=three",
    );
    expect(code).toBe(0);
    const root = join(repo, ".attractor/runs/r");
    expect(readJson<{ force_models: object }>(join(root, "manifest.json")).force_models).toEqual({
      zai: "three",
    });
    expect(named(logOf(root), "provider_selected").map(({ model, source }) => [model, source])).toEqual([
      ["three", "force_model"],
      ["three", "force_model"],
    ]);
    const wrong = await hereIn(repo, "run", "g.dot", "--config", "c.yml", "--force-model", "kimi=x");
    expect([wrong.code, wrong.err]).toEqual([2, expect.stringContaining("llm.force_models names kimi")]);
    expect((await hereIn(repo, "run", "g.dot", "--force-model", "zai")).err).toContain(
      "--force-model takes PROVIDER=MODEL",
    );
  });
});

describe("stand-ins for CLIs", () => {
  it("R-RUN-5: need a flag, and the run says that its executables were not real", async () => {
    const bin = folder();
    const shim = join(bin, "shim.sh");
    writeFileSync(
      shim,
      '#!/bin/sh\necho "--output-format --verbose --permission-mode --permission-prompts --setting-sources --strict-mcp-config"\n',
    );
    chmodSync(shim, 0o755);
    const config = `llm: { providers: { anthropic: { backend: cli, auth: login, executable: ${shim} } } }\n`;
    const repo = repository({ "g.dot": graph("it [prompt=x]; s -> it -> e"), "c.yml": config });
    mkdirSync(join(repo, "x"), { recursive: true });
    const refused = await hereIn(repo, "run", "g.dot", "--run-id", "r", "--config", "c.yml");
    expect([refused.code, refused.err]).toEqual([2, expect.stringContaining("give --allow-test-shim")]);
    await hereIn(repo, "run", "g.dot", "--run-id", "s", "--config", "c.yml", "--allow-test-shim");
    const root = join(repo, ".attractor/runs/s");
    expect(readJson<{ simulated: string[] }>(join(root, "manifest.json")).simulated).toEqual(["executables"]);
    expect(named(logOf(root), "run_started")[0]!.simulated).toEqual(["executables"]);
  });

  it("R-RUN-5: a fork that brings them needs the flag and says so; one that takes them out is real again", async () => {
    const config =
      "llm: { providers: { anthropic: { backend: cli, auth: login, executable: /opt/shim } } }\n";
    const repo = repository({
      "g.dot": graph(`${tool("a", "true")}; s -> a -> e`),
      "c.yml": config,
      "d.yml": "",
    });
    expect((await hereIn(repo, "run", "g.dot", "--run-id", "r")).code).toBe(0);
    const root = (run: string) => join(repo, ".attractor/runs", run);
    const fork = (from: string, run: string, ...args: string[]) =>
      hereIn(repo, "fork", from, "a@1", "--run-id", run, "--config", ...args);
    const refused = await fork("r", "f", "c.yml");
    expect([refused.code, refused.err]).toEqual([2, expect.stringContaining("give --allow-test-shim")]);
    expect(existsSync(root("f"))).toBe(false);
    const allowed = await fork("r", "f", "c.yml", "--allow-test-shim");
    expect([allowed.code, allowed.out]).toEqual([0, expect.stringContaining("simulated: executables")]);
    expect(readJson<{ simulated: string[] }>(join(root("f"), "final.json")).simulated).toEqual([
      "executables",
    ]);
    expect((await fork("f", "g", "d.yml")).code).toBe(0);
    expect(readJson<{ simulated: string[] }>(join(root("g"), "manifest.json")).simulated).toEqual([]);
    expect(readJson(join(root("g"), "final.json"))).not.toHaveProperty("simulated");
  });
});
