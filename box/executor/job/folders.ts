/** The clean machine of one job: its own home, workspace, temp and tool cache below one folder. */
import { lchownSync, mkdirSync, readdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";

export interface Folders {
  readonly root: string;
  readonly home: string;
  readonly temp: string;
  readonly tools: string;
  readonly actions: string;
  /** RUNNER_WORKSPACE, the parent of GITHUB_WORKSPACE. */
  readonly work: string;
  readonly workspace: string;
  readonly commandFiles: string;
  readonly event: string;
}

export interface RunnerUser {
  readonly uid: number;
  readonly gid: number;
}

export function makeFolders(
  root: string,
  repositoryName: string,
  event: unknown,
  user: RunnerUser | undefined,
): Folders {
  const work = join(root, "work", repositoryName);
  const temp = join(root, "work", "_temp");
  const folders = {
    root,
    home: join(root, "home"),
    temp,
    tools: join(root, "tools"),
    actions: join(root, "work", "_actions"),
    work,
    workspace: join(work, repositoryName),
    commandFiles: join(temp, "_runner_file_commands"),
    event: join(temp, "_github_workflow", "event.json"),
  };
  for (const folder of [
    folders.home,
    folders.tools,
    folders.actions,
    folders.workspace,
    folders.commandFiles,
    join(temp, "_github_workflow"),
  ]) {
    mkdirSync(folder, { recursive: true });
  }
  // Where a runner keeps the Nodes that it starts JavaScript actions with.
  const node = join(root, "externals", "node24", "bin");
  mkdirSync(node, { recursive: true });
  symlinkSync(process.execPath, join(node, "node"));
  writeFileSync(folders.event, JSON.stringify(event, undefined, 2));
  if (user !== undefined) {
    for (const path of [
      root,
      ...readdirSync(root, { recursive: true }).map((name) => join(root, String(name))),
    ])
      lchownSync(path, user.uid, user.gid);
  }
  return folders;
}
