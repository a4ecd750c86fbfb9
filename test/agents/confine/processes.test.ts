/** Agents in processes of their own: walls around the whole of those that bring none. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { commandBackend } from "../../../engine/agents/command.ts";
import { bubblewrap } from "../../../engine/agents/confine/bwrap.ts";
import { findMarked } from "../../../engine/stages/strays.ts";
import { whereItRuns } from "../../where-it-runs.ts";
import { FAKES, type Step } from "../cli/fakes/lines.ts";
import { cliScene, type Wanted } from "../cli/scene.ts";
import { agentRequest } from "../request.ts";
import { laptop, SECRET } from "./place.ts";

const found = await bubblewrap();
const missing = "missing" in found ? found.missing : null;

const TRIED = [
  "%HOME%/.profile",
  "%HOME%/.ssh/id_ed25519",
  "%ATTRACTOR_STAGE_DIR%/x",
  "%ATTRACTOR_LOGS_ROOT%/x",
];
const MAY = ["%ATTRACTOR_WORKTREE%/x", `/tmp/tried-${process.pid}`, "%HOME%/.cache/x", "%HOME%/.gemini/x"];

async function gemini(plan: readonly Step[], wanted: Partial<Wanted> = {}) {
  const place = await laptop();
  const at = cliScene("gemini", {
    ...{ at: place.at, env: { HOME: place.home }, deps: { sandbox: "required" } },
    ...wanted,
    plan,
  });
  return { place, at, reply: await at.run() };
}

whereItRuns(missing)("agents in processes of their own, under sandbox: required", () => {
  it("R-SEC-8, R-AGENT-23: a CLI that brings no sandbox writes its tree, its caches and its status, and ends well", async () => {
    const status: Step = { write: { path: "%ATTRACTOR_STATUS_PATH%", text: '{"status":"success"}' } };
    const attempts = [...TRIED, ...MAY].map((path): Step => ({ attempt: path }));
    const { at, reply, place } = await gemini([
      ...attempts,
      status,
      ...FAKES.gemini.begin,
      FAKES.gemini.result,
    ]);
    expect(reply.problem).toBeUndefined();
    const said = readFileSync(join(at.stageDir, "stdout.log"), "utf8").split("\n");
    const told = said.flatMap((line) => (line.includes("fake.attempt") ? [JSON.parse(line)] : []));
    const ok = (path: string) => told.find((one) => one.path === path)?.ok;
    // A key's folder is an empty one within: what is written there is nowhere.
    expect(TRIED.filter(ok)).toEqual(["%HOME%/.ssh/id_ed25519"]);
    expect(readFileSync(join(place.home, ".ssh/id_ed25519"), "utf8")).toBe(SECRET);
    expect(MAY.filter((path) => !ok(path))).toEqual([]);
    expect(existsSync(`/tmp/tried-${process.pid}`)).toBe(false);
    expect(at.json("cli_invocation.json")).toMatchObject({ sandbox: true, confined_by: "bubblewrap" });
    expect(at.json("status.json")).toEqual({ status: "success" });
    expect(at.notes).toEqual([]);
  });

  it("R-SEC-8: nothing that it left lives on, and a stubborn one has its time of grace", async () => {
    const child: Step = { child: "%ATTRACTOR_WORKTREE%/pid" };
    const { at, reply } = await gemini([child, { hang: 1 }], {
      request: {},
      deps: { sandbox: "required", limits: { totalMs: 2500 } },
    });
    expect(reply.evidence.timed_out).toBe(true);
    expect(findMarked([`ATTRACTOR_STAGE_DIR=${at.stageDir}`], null)).toEqual([]);
  });

  it("R-SEC-8: walls that cannot be built fail the stage", async () => {
    const place = await laptop();
    const at = cliScene("gemini", {
      ...{ at: place.at, env: { HOME: place.home } },
      ...{
        deps: { sandbox: "required" },
        plan: [FAKES.gemini.result],
        provider: { executable: "/no/such/file" },
      },
    });
    const reply = await at.run();
    expect(reply.evidence.error_code).toBe("configuration");
    expect(reply.problem).toMatch(/^the sandbox around gemini did not start: bwrap: execvp/);
  });

  it("R-SEC-8: a command of the author's is confined only where that is required", async () => {
    const place = await laptop();
    const run = async (sandbox: "auto" | "required", stageDir: string) => {
      mkdirSync(stageDir, { recursive: true });
      const promptFile = join(place.home, "prompt.md");
      writeFileSync(promptFile, "the prompt");
      const command = `cat; cat "$HOME/.ssh/id_ed25519"; echo x > "$HOME/loot-${sandbox}"; echo '{"status":"success"}' > "$ATTRACTOR_STATUS_PATH"`;
      const backend = commandBackend(
        { provider: "mine", command, passEnv: [], sandbox },
        { PATH: process.env.PATH },
      );
      const statusPath = join(stageDir, "status.json");
      const env = { PATH: process.env.PATH!, HOME: place.home, ATTRACTOR_STATUS_PATH: statusPath };
      const request = { ...place.at.request, stageDir };
      return backend.run(agentRequest(request, { promptFile, env, statusPath }));
    };
    const bare = await run("auto", join(place.at.logsRoot, "it/v1-a1"));
    expect(bare.response).toBe(`the prompt${SECRET}`);
    const walled = await run("required", join(place.at.logsRoot, "run2"));
    expect(walled.response).toBe("the prompt");
    expect(existsSync(join(place.home, "loot-required"))).toBe(false);
    expect(readFileSync(join(place.at.logsRoot, "run2/status.json"), "utf8")).toContain("success");
  });
});
