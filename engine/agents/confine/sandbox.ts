/** Walls around what an agent starts: opened before it begins, left when all of it has ended. */
import { join } from "node:path";
import { workUser } from "../../git/work-user.ts";
import { worktreeAround } from "../../git/worktree.ts";
import type { StageRequest } from "../../stages/port.ts";
import { asStage } from "../as-stage.ts";
import { closeStatus, openStatus, statusFolder } from "../status-link.ts";
import { inWalls, type Mount } from "./argv.ts";
import { bubblewrap } from "./bwrap.ts";
import { openWay } from "./egress/way.ts";
import { mountsFor } from "./mounts.ts";

/** As configured. */
export type Sandbox = "off" | "auto" | "required";

export interface Enclosed {
  /** Its own first process ends a moment after what was started in it. */
  readonly settleMs: number;
  /** `read`: what a program of ours is made of, wherever it lies. */
  enter(
    file: string,
    args: readonly string[],
    read?: readonly string[],
  ): { readonly file: string; readonly args: readonly string[] };
  /** When nothing of it lives any more. */
  leave(): Promise<void>;
}

export interface Wanted {
  readonly request: StageRequest;
  /** What is started, in words. */
  readonly what: string;
  readonly env: Readonly<Record<string, string>>;
  readonly sandbox: Sandbox;
  readonly write: readonly string[];
  /** Opened for what is within; null where the caller has done so. */
  readonly statusPath: string | null;
  readonly endsWithParent: boolean;
  /** Hosts that it may speak to; null: all. */
  readonly egress: readonly string[] | null;
  /** Of this machine, where its model is to be reached. */
  readonly modelUrl?: string | null;
}

export type OpenedRoom =
  /** null: nothing is around it, and the run's log says so where somebody asked for it. */
  { readonly ok: true; readonly room: Enclosed | null } | { readonly ok: false; readonly problem: string };

export async function openEnclosed(wanted: Wanted): Promise<OpenedRoom> {
  const { request, sandbox, statusPath } = wanted;
  if (sandbox === "off") return { ok: true, room: null };
  const found = await bubblewrap();
  if ("missing" in found) return withoutWalls(wanted, `${wanted.what}: ${found.missing}`);
  const tmp = await newFolder(wanted.env);
  if (tmp === null)
    return { ok: false, problem: `nothing confines ${wanted.what}: the stage can make no folder of its own` };
  if (statusPath !== null) await openStatus(statusPath);
  const laid = await mountsFor({
    ...wanted,
    write: [...wanted.write, ...(statusPath === null ? [] : [statusFolder(statusPath)])],
    ...{ worktree: request.worktree, logsRoot: request.logsRoot, tmp },
    ...{ tree: worktreeAround(request.worktree), ownHome: workUser() !== null },
  });
  const { worktree } = request;
  // What is made of it must stay the agent's to write.
  const apart = (path: string) => !`${worktree}/`.startsWith(`${path}/`) && !path.startsWith(`${worktree}/`);
  const way = wanted.egress === null ? null : await openWay(wanted.egress, wanted.modelUrl ?? null);
  return {
    ok: true,
    room: {
      settleMs: 500,
      enter(file, args, read = []) {
        const inner = way === null ? { file, args } : way.through(file, args);
        const seen = [...read, ...(way?.parts ?? [])]
          .filter(apart)
          .map((path): Mount => ({ as: "read", path }));
        return inWalls(
          {
            ...{ bwrap: found.path, cwd: worktree, env: { ...laid.env, ...way?.env } },
            mounts: [...laid.mounts, ...(way?.mounts ?? []), ...seen],
            ...{ network: way === null, endsWithParent: wanted.endsWithParent },
          },
          inner.file,
          inner.args,
        );
      },
      async leave() {
        await way?.close();
        if (statusPath !== null) await closeStatus(statusPath);
        await asStage("rm", ["-rf", "--", tmp]);
      },
    },
  };
}

/** Said aloud where the machine's best is asked for, refused where it is not enough. */
export function withoutWalls(
  { request, sandbox, egress }: Pick<Wanted, "request" | "sandbox" | "egress">,
  why: string,
): OpenedRoom {
  if (sandbox === "required") return { ok: false, problem: `sandbox: required, and nothing confines ${why}` };
  const message = `${request.stage.id}: not confined, ${why}${egress === null ? "" : "; nor are the hosts that it speaks to"}`;
  request.note({ event: "warning", code: "not_confined", message });
  return { ok: true, room: null };
}

async function newFolder({ TMPDIR = "/tmp" }: Readonly<Record<string, string>>): Promise<string | null> {
  const made = await asStage("mktemp", ["-d", join(TMPDIR, "attractor-XXXXXXXX")]);
  return made?.trim() || null;
}
