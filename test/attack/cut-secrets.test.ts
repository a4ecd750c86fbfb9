import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { readPlain } from "../../action/isolation/plain-file.ts";
import type { Say } from "../../action/ports.ts";
import { masked } from "../../action/work/masked.ts";
import { withStageLog } from "../../action/work/stage-log.ts";
import type { BackendChoice } from "../../engine/agents/choose.ts";
import { commandBackend } from "../../engine/agents/command.ts";
import { settingsOf } from "../../engine/agents/settings.ts";
import { runAgent } from "../../engine/agents/stage/run.ts";
import { redactor } from "../../engine/redact/redact.ts";
import { LOG_HEAD_BYTES } from "../../engine/stages/output.ts";
import { runTool } from "../../engine/stages/tool.ts";
import { agent, scene, tool } from "../stages/scene.ts";

/** No part of it is in any other text here. */
const SECRET = "Kq7-Zx9_Wv3-Yb5_Jd1-Gf8_Hm2";
const redact = redactor([SECRET]);
const options = { parentEnv: { PATH: process.env.PATH }, passEnv: [] };

/** The longest piece of the secret, from either end, that a text shows. */
function shown(text: string): string {
  for (let length = SECRET.length; length >= 4; length--)
    for (const piece of [SECRET.slice(0, length), SECRET.slice(-length)])
      if (text.includes(piece)) return piece;
  return "";
}

/** Prints `before` x's, the secret, `after` x's. */
const line = (before: number, after: number): string =>
  `head -c ${before} /dev/zero | tr '\\0' x; printf '%s' '${SECRET}'; head -c ${after} /dev/zero | tr '\\0' x; echo`;

/** All that a job's log and the run's log get of a stage. */
async function seen(command: string) {
  const at = scene(tool(command));
  let printed = "";
  const stage = (_title: string, text: string) => {
    printed = redact(text);
  };
  const say = { stage } as unknown as Say;
  const runner = masked(
    redact,
    withStageLog(say, redact, (request) => runTool(request, options)),
  );
  const result = await runner(at.request);
  return { printed, log: JSON.stringify([result, at.notes]), stageDir: at.request.stageDir };
}

describe("a secret where text is cut", () => {
  it("the control: cut before it is masked, half of it is seen", () => {
    expect(shown(redact(`${"x".repeat(10)}${SECRET}`.slice(0, 25)))).toBe(SECRET.slice(0, 15));
  });

  it.each([5, 14, 25])(
    "R-SEC-4: %d characters before the cut of the job's log is not seen",
    async (before) => {
      const { printed } = await seen(`${line(30_000, 20_000 - before - 1)}`);
      expect([shown(printed), printed.includes("characters before this")]).toEqual(["", true]);
    },
  );

  it.each([952, 960, 970])(
    "R-SEC-4: at character %d of a line that is cut in a reason is not seen",
    async (before) => {
      const { log } = await seen(`(printf 'error: '; ${line(before - 7, 2_000)}) >&2; exit 1`);
      expect(shown(log)).toBe("");
      expect(log).toContain("bytes, cut]");
    },
  );

  it.each([
    [
      "in the end of a long output that a reason is taken from",
      `${line(100, 64 * 1024 - 14)}; echo error: x; exit 1`,
    ],
    [
      "in the middle of a long reason",
      `for n in $(seq 15); do (printf 'error %s ' $n; ${line(700, 250)}); done; exit 1`,
    ],
    [
      "in a status file that names no reason",
      `echo '{"status":"fail","x":"${"y".repeat(445)}${SECRET}"}' > "$ATTRACTOR_STATUS_PATH"`,
    ],
    [
      "in details of an older form",
      `echo '{"status":"fail","details":{"y":"${"y".repeat(1960)}","z":"${SECRET}${"y".repeat(100)}"}}' > "$ATTRACTOR_STATUS_PATH"`,
    ],
  ])("R-SEC-4: %s is not seen", async (_what, command) => {
    const { log } = await seen(command);
    expect(shown(log)).toBe("");
  });

  it("R-SEC-4: at the cut of an agent's answer is not seen", async () => {
    const at = scene(agent('prompt="write"'));
    const backend = commandBackend(
      { provider: "ours", command: line(185, 400), passEnv: [], sandbox: "off" },
      options.parentEnv,
    );
    const first = {
      ...{
        provider: "ours",
        model: null,
        source: "graph_attrs" as const,
        kind: "command" as const,
        settings: settingsOf(at.request.stage),
      },
      open: async () => backend,
    };
    const choose = (): BackendChoice => ({ ok: true, first, failover: [], pinned: false });
    const runner = masked(redact, (request) => runAgent(request, { ...options, choose }));
    expect(shown(JSON.stringify(await runner(at.request)))).toBe("");
  });

  it.each([5, 14, 25])(
    "R-SEC-4: %d bytes before either end of what a log leaves out is not seen in the artifact",
    async (before) => {
      const lines = "yes | head -c 2000000";
      const { stageDir } = await seen(
        `yes | head -c ${LOG_HEAD_BYTES - before}; echo '${SECRET}'; ${lines}; echo '${SECRET}'; yes | head -c ${1024 * 1024 - before}`,
      );
      const raw = readFileSync(join(stageDir, "stdout.log"), "utf8");
      expect(raw).toContain("bytes left out");
      expect(shown(redact(raw))).toBe("");
      expect(shown(redact(readPlain(join(stageDir, "stdout.log")) ?? ""))).toBe("");
    },
  );
});
