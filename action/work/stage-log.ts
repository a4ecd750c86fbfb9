/** After each stage the job's log has what it printed, and the files it complained of carry the complaint. */
import { join } from "node:path";
import type { StageRunner } from "../../engine/stages/port.ts";
import { readPlain } from "../isolation/plain-file.ts";
import type { Say } from "../ports.ts";

/** The whole is in the artifact. */
const SHOWN_CHARS = 20_000;

export const withStageLog =
  (say: Say, redact: (text: string) => string, runner: StageRunner): StageRunner =>
  async (request) => {
    const result = await runner(request);
    const logs = ["stdout.log", "stderr.log"].map((name) => readPlain(join(request.stageDir, name)));
    // Masked before it is cut: half a secret is not found any more.
    const printed = redact(logs.filter((text) => text !== null && text !== "").join("\n"));
    if (printed !== "") {
      const { annotationsIn } = await import("../output/annotations.ts");
      const { status } = result.outcome;
      const shown =
        printed.length > SHOWN_CHARS
          ? `… ${printed.length - SHOWN_CHARS} characters before this are in the artifact\n${printed.slice(-SHOWN_CHARS)}`
          : printed;
      say.stage(`${request.stage.id} ${status}`, shown, annotationsIn(printed, request.worktree));
    }
    return result;
  };
