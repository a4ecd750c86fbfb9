/** What a person would type now on this machine, the likeliest first. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import * as z from "zod/mini";
import type { Final } from "../../engine/ledger/projections/final.ts";
import { FILES } from "../../engine/local/folder.ts";
import type { Sight } from "../../engine/local/look.ts";
import type { NextStep } from "../../engine/report/model.ts";
import { quoted } from "../../engine/report/quoted.ts";

export type Standing = Pick<Sight, "root" | "live" | "final" | "answered">;

/** `failedAt`: the stage where the failure began. */
export function localNext({ root, live, final, answered }: Standing, failedAt?: string): NextStep[] {
  const run = quoted(root);
  if (live?.status === "waiting") {
    const [gate] = live.gates;
    return (gate?.choices ?? []).map((choice) => ({
      command: `attractor answer ${run} ${gate!.gate} ${quoted(choice)} && attractor resume ${run}`,
      why: `answer "${gate!.question}"`,
    }));
  }
  if (answered) return [{ command: `attractor resume ${run}`, why: "go on with the answer" }];
  if (live?.status === "paused")
    return [{ command: `attractor resume ${run}`, why: "when the provider is paid, or its quota renewed" }];
  if (!final) {
    return live === null
      ? [{ command: `attractor status ${run}`, why: "see whether it has begun" }]
      : [
          { command: `attractor status ${run} --follow`, why: "watch it" },
          { command: `attractor stop ${run}`, why: "stop it" },
        ];
  }
  if (final.status === "success") return afterSuccess(root, final);
  // Without a log it never began: there is nothing to go on from.
  if (!existsSync(join(root, "progress.ndjson")))
    return [{ command: "attractor run", why: "fix that, then start it again" }];
  const why = final.status === "canceled" ? "go on where it was stopped" : "go on at the stage that failed";
  return [
    { command: `attractor resume ${run}`, why },
    { command: `attractor diagnose ${run}`, why: "see what was wrong on the way, and what to do" },
    ...(failedAt === undefined
      ? []
      : [{ command: `attractor logs ${run} ${quoted(failedAt)}`, why: "read what it said" }]),
  ];
}

function afterSuccess(root: string, final: Final): NextStep[] {
  const plain = plainCopy(root, final);
  if (plain)
    return [
      {
        command: `diff -ruN -x .attractor ${quoted(plain.from)} ${quoted(plain.work)}`,
        why: "see the work",
      },
    ];
  const { run_branch: branch, base_sha: base, final_commit: commit } = final.git;
  if (!branch || !base || commit === base) return [];
  const copy = workCopy(root);
  const git = copy === null ? "git" : `git -C ${quoted(copy)}`;
  return [{ command: `${git} diff ${base.slice(0, 12)} ${branch}`, why: "see the work" }];
}

/** Where the work is when the folder that was run in is no git repository. */
export function workCopy(root: string): string | null {
  const copy = join(root, "source");
  return existsSync(join(copy, ".git")) ? copy : null;
}

/** The same where git was not asked at all: the copy, and what it is a copy of. */
export function plainCopy(root: string, final: Final): { from: string; work: string } | null {
  const work = join(root, "worktree");
  if (final.git.run_branch !== null || !existsSync(work)) return null;
  const from = workdirOf(root);
  return from === null ? null : { from, work };
}

const Manifest = z.object({ workdir: z.string() });

/** Null when the manifest is damaged: whoever looks at the run says so. */
function workdirOf(root: string): string | null {
  try {
    return Manifest.parse(JSON.parse(readFileSync(join(root, FILES.manifest), "utf8"))).workdir;
  } catch {
    return null;
  }
}
