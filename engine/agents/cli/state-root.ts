/** The folder that one call of a CLI has to itself; made, filled and removed as the stage's user. */
import { randomUUID } from "node:crypto";
import { dirname, isAbsolute, join, relative } from "node:path";
import { asStage } from "../as-stage.ts";
import type { AgentRequest } from "../port.ts";

/** Always absolute: a relative one would follow whatever folder the CLI changes into. */
export function stateRootFor({ request, env }: AgentRequest, cli: string): string {
  const inside = join(request.stageDir, "cli-state", cli);
  const temp = env.TMPDIR ?? "/tmp";
  // Codex keeps no helpers below the temp folder, and others clean up there.
  if (!isBelow(inside, temp)) return inside;
  const state = env.XDG_STATE_HOME ?? (env.HOME === undefined ? null : join(env.HOME, ".local", "state"));
  if (state === null || !isAbsolute(state)) return inside;
  return join(state, "attractor", "cli", `${cli}-${randomUUID()}`);
}

function isBelow(path: string, folder: string): boolean {
  const way = relative(folder, path);
  return !way.startsWith("..") && !isAbsolute(way);
}

export async function makeStateRoot(root: string, files: Readonly<Record<string, string>>): Promise<boolean> {
  const folders = [root, ...Object.keys(files).map((path) => dirname(join(root, path)))];
  const made = await asStage("mkdir", ["-p", "-m", "700", "--", ...new Set(folders)]);
  if (made === null) return false;
  for (const [path, text] of Object.entries(files)) {
    const put = await asStage("sh", ["-c", 'umask 077; cat > "$1"', "put", join(root, path)], {
      input: text,
    });
    if (put === null) return false;
  }
  return true;
}

/** The logs of a call that did not begin make room for those of the next. */
export async function moveAside(stageDir: string): Promise<void> {
  for (const name of ["stdout", "stderr"]) {
    await asStage("mv", ["--", join(stageDir, `${name}.log`), join(stageDir, `${name}.not-resumed.log`)]);
  }
}

export const removeStateRoot = (root: string): Promise<string | null> => asStage("rm", ["-rf", "--", root]);

export const readState = (root: string, path: string): Promise<string | null> =>
  asStage("cat", ["--", join(root, path)]);

/** Plain files whose path holds the text, relative to the root. */
export async function findState(root: string, part: string): Promise<readonly string[]> {
  const found = await asStage("find", [
    root,
    "-type",
    "f",
    "-size",
    "-16384k",
    "-path",
    `*${part.replace(/[\\*?[\]]/g, "\\$&")}*`,
  ]);
  return (found ?? "")
    .split("\n")
    .filter((path) => path !== "")
    .map((path) => relative(root, path))
    .sort();
}
