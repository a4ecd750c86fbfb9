/** `on.schedule`: each minute of box time, the workflows of each default branch whose cron fits. */
import { z } from "zod";
import { readRef } from "../git/refs.ts";
import { gitText } from "../git/run.ts";
import { repositoryShape } from "../repos/shape.ts";
import type { Repository } from "../state/model.ts";
import type { World } from "../state/world.ts";
import { type Cron, parseCron } from "./cron.ts";
import { startRun } from "./start-run.ts";
import { type WorkflowFile, workflowFiles } from "./workflow-file.ts";
import { workflowRecord } from "./workflow-find.ts";

const MINUTE_MS = 60_000;

interface Scheduled {
  readonly file: WorkflowFile;
  readonly text: string;
  readonly due: Cron;
}

const configuration = z.array(z.object({ cron: z.string() }));
const known = new WeakMap<Repository, readonly Scheduled[]>();

export function keepSchedules(world: World): void {
  const tick = () => {
    const now = world.clock.now();
    for (const repository of world.repositories.values()) {
      for (const one of known.get(repository) ?? [])
        if (one.due(now)) world.background(start(world, repository, one));
    }
    arm();
  };
  const arm = () => world.clock.after(MINUTE_MS - (world.clock.now() % MINUTE_MS), tick);
  arm();
}

/** After the default branch moved. */
export async function readSchedules(world: World, repository: Repository): Promise<void> {
  const ref = await readRef(repository.gitDir, `refs/heads/${repository.defaultBranch}`);
  const files = ref === undefined ? [] : await workflowFiles(repository, ref.sha);
  const scheduled = files.flatMap((file) => {
    const parsed = configuration.safeParse(file.on.get("schedule") ?? []);
    if (!parsed.success) {
      world.report({
        side: "request",
        where: file.path,
        problems: [`on.schedule: ${z.prettifyError(parsed.error)}`],
      });
      return [];
    }
    return parsed.data.flatMap(({ cron: text }) => {
      const due = parseCron(text);
      if (due !== undefined) return [{ file, text, due }];
      world.report({ side: "request", where: file.path, problems: [`on.schedule: "${text}" is no cron`] });
      return [];
    });
  });
  known.set(repository, scheduled);
}

async function start(world: World, repository: Repository, { file, text }: Scheduled): Promise<void> {
  const ref = `refs/heads/${repository.defaultBranch}`;
  const sha = await gitText(repository.gitDir, ["rev-parse", ref]);
  await startRun(world, {
    repository,
    workflow: workflowRecord(world, repository, file.path),
    file,
    workflowSha: sha,
    workflowRef: ref,
    cause: {
      event: {
        name: "schedule",
        payload: { schedule: text, repository: repositoryShape(world, repository) },
      },
      inputs: {},
      ref,
      headSha: sha,
      sha,
      headRef: "",
      baseRef: "",
      fromFork: false,
      actor: repository.owner,
      chain: 0,
    },
    title: file.name,
  });
}
