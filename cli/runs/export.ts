/** What is exported when a run on this machine is over, as its configuration asks. */
import type { RunEvent } from "../../engine/core/events.ts";
import { readRunFolder } from "../../engine/local/folder.ts";
import { redactor } from "../../engine/redact/redact.ts";
import { secretValues } from "../../engine/stages/inherit-env.ts";
import { readEvents } from "./whole-run.ts";

/** Null: nothing was asked for, or it was sent. Else why not. */
export async function exportRun(root: string, events?: readonly RunEvent[]): Promise<string | null> {
  const { config, manifest } = await readRunFolder(root);
  if (!config.otlp) return null;
  const { exportTraces } = await import("../../engine/accounting/export-traces.ts");
  const mask = redactor(secretValues(process.env));
  const log = events ?? (await readEvents(root, manifest.run_id));
  return exportTraces(config.otlp, log, process.env, mask, Date.now());
}
