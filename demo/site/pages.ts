/** The page at an address, as GitHub has them: pull request, checks, workflow runs, jobs, files. */
import type { Markup } from "../../engine/report/html/markup.ts";
import type { DemoWorld } from "../world.ts";
import { jobDetail, runDetail, runList } from "./views/actions.ts";
import { checks } from "./views/checks.ts";
import { compare } from "./views/compare.ts";
import { conversation } from "./views/conversation.ts";
import { blob, tree } from "./views/files.ts";
import { pullPath, rootOf, type Shell, shell } from "./views/shell.ts";

/** `origin` and the box's own address both stand for GitHub in what was written. */
export async function pageAt(world: DemoWorld, at: URL, origin: string): Promise<Markup | null> {
  const here = [origin, world.box.url];
  const page = (tab: Shell["tab"], title: string, main: Markup | null): Markup | null =>
    main && shell({ world, title, tab, main });
  const path = at.pathname.replace(/\/$/, "");
  const root = rootOf(world);
  if (path === root || path === pullPath(world))
    return page("conversation", `Pull request #${world.pull}`, conversation(world, here));
  if (path === `${pullPath(world)}/checks`)
    return page("checks", "Checks", checks(world, at.searchParams.get("check"), here));
  if (path === `${root}/actions`) return page("actions", "Actions", runList(world));
  const [, runId, jobId] = /\/actions\/runs\/(\d+)(?:\/(?:attempts\/\d+|job\/(\d+)))?$/.exec(path) ?? [];
  if (runId !== undefined && path.startsWith(`${root}/`)) {
    const run = world.repository.runs.get(Number(runId));
    if (!run) return null;
    if (jobId === undefined) return page("actions", run.title, runDetail(world, run, here));
    const job = run.attempts.flatMap((attempt) => attempt.jobs).find((each) => each.id === Number(jobId));
    return job ? page("actions", job.name, jobDetail(world, run, job)) : null;
  }
  if (path.startsWith(`${root}/compare/`))
    return page(
      "files",
      "What changed",
      await compare(
        world,
        decodeURIComponent(path.slice(`${root}/compare/`.length)),
        at.searchParams.has("expand"),
      ),
    );
  if (path.startsWith(`${root}/tree/`))
    return page("files", "Files", await tree(world, path.slice(`${root}/tree/`.length)));
  if (path.startsWith(`${root}/blob/`)) {
    const name = at.searchParams.get("path") ?? "";
    return page("files", name, await blob(world, path.slice(`${root}/blob/`.length), name));
  }
  return null;
}
