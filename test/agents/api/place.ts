/** A worktree, with a folder of secrets, scratch space and a run's folder beside it. */
import { mkdirSync, mkdtempSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { onTestFinished } from "vitest";
import type { ToolPlace } from "../../../engine/agents/api/tool-host/place.ts";
import { putFiles } from "../../put-files.ts";

export function place(
  files: Readonly<Record<string, string>> = {},
): ToolPlace & { readonly outside: string } {
  const top = realpathSync(mkdtempSync(join(tmpdir(), "tools-")));
  onTestFinished(() => rmSync(top, { recursive: true, force: true }));
  const root = join(top, "tree");
  mkdirSync(join(top, "scratch"));
  putFiles(root, { "../outside/secret.txt": "secret", ...files });
  mkdirSync(root, { recursive: true });
  const statusPath = join(top, "run", "status.json");
  mkdirSync(dirname(statusPath));
  return {
    root,
    statusPath,
    statusReal: statusPath,
    scratch: join(top, "scratch"),
    outside: join(top, "outside"),
  };
}
