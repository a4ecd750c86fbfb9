/** What `attractor logs --json` prints: events as the log has them, or attempts with what their files say. */
import { asJson } from "../../engine/as-json.ts";
import { attemptFiles, tailOf } from "../../engine/local/attempt-files.ts";
import { lookAt } from "../../engine/local/look.ts";
import { redactDeep, redactor } from "../../engine/redact/redact.ts";
import { secretValues } from "../../engine/stages/inherit-env.ts";
import { EXIT } from "../exit-codes.ts";
import type { Terminal } from "../io.ts";
import type { FoundAttempt } from "./attempts.ts";
import { readEvents } from "./whole-run.ts";

const mask = <T>(value: T): T => redactDeep(value, redactor(secretValues(process.env)));

export async function eventsJson(root: string, terminal: Terminal): Promise<number> {
  for (const event of await readEvents(root, (await lookAt(root)).runId))
    terminal.out(`${JSON.stringify(mask(event))}\n`);
  return EXIT.success;
}

export function attemptsJson(
  root: string,
  found: readonly FoundAttempt[],
  most: number,
  prompt: boolean,
): string {
  const attempts = found.map(({ node, branch, visit, attempt, status, ms, failure, folder }) => ({
    ...{ node_id: node, branch_key: branch, visit, attempt, status, duration_ms: ms },
    failure_reason: failure,
    folder,
    files: attemptFiles(root, folder)
      .filter(({ name }) => name !== "prompt.md" || prompt)
      .flatMap(({ name }) => {
        const part = tailOf(root, folder, name, most);
        return part === null ? [] : [{ name, bytes_before: part.before, text: part.text }];
      }),
  }));
  return asJson(mask({ attempts }));
}
