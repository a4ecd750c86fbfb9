/** A process group: asked to end, then made to. */
import { setTimeout as sleep } from "node:timers/promises";
import { processIds, statFields } from "./proc.ts";
import { FORCE_MS } from "./strays.ts";

const POLL_MS = 10;

/** Ends every process of the group and resolves when none lives; false when some cannot be killed from here. */
export async function endGroup(group: number, graceMs: number): Promise<boolean> {
  if (!groupLives(group)) return true;
  signalGroup(group, "SIGTERM");
  const started = performance.now();
  for (;;) {
    await sleep(POLL_MS);
    if (!groupLives(group)) return true;
    const waited = performance.now() - started;
    if (waited >= graceMs + FORCE_MS) return false;
    if (waited >= graceMs) signalGroup(group, "SIGKILL");
  }
}

export function groupLives(group: number): boolean {
  return signalGroup(group, 0) && (process.platform !== "linux" || hasLivingMember(group));
}

function signalGroup(group: number, signal: NodeJS.Signals | 0): boolean {
  try {
    process.kill(-group, signal);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

/** Where nobody reaps orphans, dead members stay in the group for ever as zombies. */
function hasLivingMember(group: number): boolean {
  return processIds().some((pid) => {
    const [state, , pgrp] = statFields(pid);
    return Number(pgrp) === group && state !== "Z" && state !== "X";
  });
}
