/** A control group for a command and all that it begins: nothing leaves it, and one write ends all of it. */
import { mkdirSync, readFileSync, rmdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { Enclosure } from "../../engine/git/work-user.ts";

/** How long after its kill a process may take to be gone. */
const GONE_MS = 10_000;
const POLL_MS = 5;

export interface Groups {
  enclose(): Enclosure;
  /** Ends what is left in all of them, and takes them away. */
  end(): Promise<string | null>;
}

/** null where this process may make none, or the kernel cannot end one as a whole (before 5.14). */
export function controlGroups(name: string): Groups | null {
  const own = ownGroup();
  if (own === null) return null;
  const top = join(own, name);
  try {
    mkdirSync(top);
    readFileSync(join(top, "cgroup.events"));
    writeFileSync(join(top, "cgroup.kill"), "1");
  } catch {
    gone(top);
    return null;
  }
  let made = 0;
  return {
    enclose() {
      const group = join(top, String(++made));
      mkdirSync(group);
      return { command: ["/bin/sh", "-c", JOIN, join(group, "cgroup.procs")], end: () => ended(group) };
    },
    end: () => ended(top),
  };
}

/** The shell is still root; only then does it become what it was given, under the same process id. */
const JOIN = 'echo 0 > "$0" && exec "$@"';

async function ended(group: string): Promise<string | null> {
  const last = performance.now() + GONE_MS;
  for (;;) {
    // Each time: what was coming in at the first is in it at the second.
    writeFileSync(join(group, "cgroup.kill"), "1");
    if (/^populated 0$/m.test(readFileSync(join(group, "cgroup.events"), "utf8")) && gone(group)) return null;
    if (performance.now() > last) return `processes that no signal ends: ${members(group)}`;
    await sleep(POLL_MS);
  }
}

function gone(group: string): boolean {
  try {
    rmdirSync(group);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "ENOENT";
  }
}

const members = (group: string): string =>
  readFileSync(join(group, "cgroup.procs"), "utf8").trim().split("\n").join(", ");

/** This process's own group, where the second version of the file system is mounted; the first has no such kill. */
function ownGroup(): string | null {
  try {
    const mounts = readFileSync("/proc/self/mountinfo", "utf8").split("\n");
    const mount = mounts.find((line) => line.includes(" - cgroup2 "))?.split(" ")[4];
    const path = /^0::(.*)$/m.exec(readFileSync("/proc/self/cgroup", "utf8"))?.[1];
    return mount && path !== undefined ? join(mount, path) : null;
  } catch {
    return null;
  }
}
