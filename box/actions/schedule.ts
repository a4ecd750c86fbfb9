/** `on.schedule`: each minute of box time, the workflows of each default branch whose cron fits. */

import { z } from "zod";
import { readRef } from "../git/refs.ts";
import { gitText } from "../git/run.ts";
import { repositoryShape } from "../repos/shape.ts";
import type { Repository } from "../state/records.ts";
import type { World } from "../state/world.ts";
import { type Cron, localTime, parseCron } from "./cron.ts";
import { startRun } from "./start-run.ts";
import { type WorkflowFile, workflowFiles } from "./workflow-file.ts";
import { workflowRecord } from "./workflow-find.ts";

const MINUTE_MS = 60_000;
const IDLE_MS = 60 * 24 * 60 * MINUTE_MS;

interface Scheduled {
  readonly file: WorkflowFile;
  readonly text: string;
  readonly due: Cron;
}

const isZone = (name: string): boolean => {
  try {
    return localTime(0, name) !== undefined;
  } catch {
    return false;
  }
};
const configuration = z.array(
  z.strictObject({ cron: z.string(), timezone: z.string().refine(isZone, "no time zone").default("UTC") }),
);
const known = new WeakMap<Repository, readonly Scheduled[]>();

export function keepSchedules(world: World): void {
  const tick = () => {
    const now = world.clock.now();
    for (const repository of world.repositories.values()) {
      for (const one of known.get(repository) ?? []) if (one.due(now)) come(world, repository, one);
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
    return parsed.data.flatMap(({ cron: text, timezone }) => {
      const due = parseCron(text);
      if (due !== undefined) return [{ file, text, due: (at: number) => due(localTime(at, timezone)) }];
      world.report({ side: "request", where: file.path, problems: [`on.schedule: "${text}" is no cron`] });
      return [];
    });
  });
  known.set(repository, scheduled);
}

/** Late or never, as `faults.schedules` says; and never in a public repository where nothing was pushed for sixty days. */
function come(world: World, repository: Repository, one: Scheduled): void {
  const workflow = workflowRecord(world, repository, one.file.path);
  const idle = world.clock.now() - repository.pushedAt > IDLE_MS;
  if (idle && !repository.private && workflow.state === "active") workflow.state = "disabled_inactivity";
  if (workflow.state !== "active") return;
  const { skip, delayMs } = world.faults.schedules;
  if (skip > 0 && world.random() < skip) return;
  const [least, most] = delayMs;
  if (most === 0) world.background(start(world, repository, one));
  else
    world.clock.after(least + world.random() * (most - least), () =>
      world.background(start(world, repository, one)),
    );
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
      byJobToken: false,
    },
    title: file.name,
  });
}
