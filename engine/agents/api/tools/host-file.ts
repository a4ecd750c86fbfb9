/** Where the tool host's program is: a file of the sources, or beside the bundle. */
import { existsSync } from "node:fs";
import { chmod, copyFile, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

export interface HostProgram {
  readonly file: string;
  /** All that it is made of. */
  readonly parts: string;
  remove(): Promise<void>;
}

/**
 * The stages' user may not be able to reach the action's own folder, so the bundle is copied to where everybody can
 * read; the sources run where they are.
 */
export async function hostProgram(): Promise<HostProgram> {
  const bundled = join(import.meta.dirname, "tool-host.mjs");
  if (!existsSync(bundled)) {
    const parts = join(import.meta.dirname, "../../..");
    return { file: join(parts, "agents/api/tool-host/main.ts"), parts, remove: async () => undefined };
  }
  const folder = await mkdtemp(join(tmpdir(), "attractor-tool-host-"));
  await chmod(folder, 0o755);
  const file = join(folder, "tool-host.mjs");
  await copyFile(bundled, file);
  await chmod(file, 0o644);
  return { file, parts: folder, remove: () => rm(folder, { recursive: true, force: true }) };
}
