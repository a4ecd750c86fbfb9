/** A command run as a job runs a stage, and what is left of it. */
import { mkdtempSync } from "node:fs";
import { join } from "node:path";
import type { StageUser } from "../../action/isolation/stage-user.ts";
import { giveFolder, withWorkUser } from "../../engine/git/work-user.ts";
import { type ProcessResult, runProcess } from "../../engine/stages/process.ts";

export const asRoot = process.platform === "linux" && process.getuid?.() === 0;

export interface Staged extends ProcessResult {
  /** The folder that the stage owns and works in. */
  readonly folder: string;
}

/** `folder`: a place of the stage's own, made new without one. */
export async function asStage(
  user: StageUser,
  command: string,
  { signal = new AbortController().signal, folder = mkdtempSync(join(user.place, "stage-")) } = {},
): Promise<Staged> {
  const result = await withWorkUser(user, async () => {
    await giveFolder(folder);
    return await runProcess({
      ...{ file: "bash", args: ["--norc", "-c", command], cwd: folder, logDir: folder, graceMs: 100 },
      env: { ...user.inherited, TEST_MARK: folder },
      ...{ timeoutMs: 30_000, signal, mark: `TEST_MARK=${folder}`, activity: () => undefined },
    });
  });
  return { ...result, folder };
}

/** Each begins the next and ends: no look at the list of processes finds all of them. It writes while it lives. */
export const CHAIN = `cat > chain.sh <<'END'
echo x >> beat
/bin/sh chain.sh >/dev/null 2>&1 </dev/null &
END
env -i setsid /bin/sh chain.sh >/dev/null 2>&1 </dev/null &
while [ ! -s beat ]; do :; done`;
