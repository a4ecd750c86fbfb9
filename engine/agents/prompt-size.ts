/** How large a stage's first request is, before anything is sent. */
import type { Pipeline, Stage } from "../graph/pipeline.ts";
import { preambleBytes } from "./preamble.ts";

/** A token is taken for three bytes, which is on the safe side for prose and code. */
const BYTES_PER_TOKEN = 3;
/** The most that one `$context.<key>` in a prompt becomes. */
export const EXPANDED_BYTES = 16 * 1024;
/** How to report, and the words of the system about tools. */
const AROUND_BYTES = 12_000;

export interface PromptSize {
  /** As its author wrote it. */
  readonly bytes: number;
  /** The most tokens that the first request holds, with all that is put around it. */
  readonly mostTokens: number;
}

export function promptSize({ prompt, fidelity }: Stage, { defaultFidelity }: Pipeline): PromptSize {
  const bytes = Buffer.byteLength(prompt);
  const expanded = prompt.split("$context.").length - 1;
  const around = preambleBytes(fidelity ?? defaultFidelity) + AROUND_BYTES;
  return {
    bytes,
    mostTokens: Math.ceil((bytes + expanded * EXPANDED_BYTES + around) / BYTES_PER_TOKEN),
  };
}
