import { describe, expect, it } from "vitest";
import { masked } from "../../action/work/masked.ts";
import { redactor } from "../../engine/redact/redact.ts";
import { secretValues } from "../../engine/stages/inherit-env.ts";
import { runTool } from "../../engine/stages/tool.ts";
import { scene, tool } from "../stages/scene.ts";

const driver = {
  PATH: process.env.PATH,
  DEPLOY_PASSWORD: "correct-horse-battery",
  GITHUB_TOKEN: "ghs_0123456789abcdefghij",
  SSH_AUTH_SOCK: "/run/agent.sock",
  NODE_ENV: "production",
  API_KEY: "short",
};

describe("secrets of a job", () => {
  it("R-GH-14: are what its variables say they are, by name; words and paths are not", () => {
    expect(secretValues(driver).sort()).toEqual(["correct-horse-battery", "ghs_0123456789abcdefghij"]);
  });

  it("R-GH-14: are in nothing that an attempt brings to the log, declared for the stage or not", async () => {
    const status = JSON.stringify({
      status: "fail",
      failure_reason: "login with SECRET was refused",
      notes: "SECRET",
      failure_signature: "login-SECRET",
      context_updates: { deep: { list: ["SECRET"] } },
      "field-SECRET": 1,
    });
    const at = scene(
      tool(
        `echo "$DEPLOY_PASSWORD"; printf '%s' '${status}' | sed "s/SECRET/$DEPLOY_PASSWORD/g" > "$ATTRACTOR_STATUS_PATH"; exit 1`,
      ),
    );
    const options = { parentEnv: driver, passEnv: ["DEPLOY_PASSWORD"] };
    const runner = masked(redactor(secretValues(driver)), (request) => runTool(request, options));
    const result = await runner(at.request);
    expect(result.outcome).toMatchObject({
      status: "fail",
      notes: "***",
      context_updates: { deep: { list: ["***"] } },
    });
    expect(result.outcome.failure_reason).toContain("login with *** was refused");
    expect(JSON.stringify([result, at.notes])).not.toContain(driver.DEPLOY_PASSWORD);
  });

  it("R-GH-14: leave alone what chooses an edge", async () => {
    const outcome = {
      status: "production",
      preferred_label: "production",
      suggested_next_ids: ["production"],
    };
    const runner = masked(redactor(["production"]), async () => ({ outcome, evidence: {}, durationMs: 1 }));
    expect((await runner(scene(tool("true")).request)).outcome).toEqual(outcome);
  });
});
