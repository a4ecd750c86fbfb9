/** Bubblewrap's arguments. Pure, and made by us alone: nothing that an agent says becomes an option. */

/** A later one lies over an earlier one. */
export type Mount =
  | { readonly as: "read" | "write"; readonly path: string }
  /** Nothing of what is there is seen: an empty folder, an empty file. */
  | { readonly as: "no folder" | "no file"; readonly path: string }
  | { readonly as: "write"; readonly path: string; readonly from: string };

export interface Walls {
  /** The program, by its whole name. */
  readonly bwrap: string;
  readonly mounts: readonly Mount[];
  readonly cwd: string;
  /** Set within; null takes one away. */
  readonly env: Readonly<Record<string, string | null>>;
  /** False: a network of its own, with nothing in it but itself. */
  readonly network: boolean;
  /** Ends all that is within as soon as what started it ends: no grace, and nothing left behind. */
  readonly endsWithParent: boolean;
}

/** The whole system to read, devices and processes of its own, no rights. */
const BASE = [
  ...["--unshare-user", "--unshare-pid", "--unshare-ipc", "--unshare-uts", "--unshare-cgroup-try"],
  ...["--cap-drop", "ALL"],
  ...["--ro-bind", "/", "/", "--dev", "/dev", "--proc", "/proc"],
  // Of the whole machine, and open to its root, who may be the one within.
  ...["sys", "sysrq-trigger", "irq", "bus", "fs", "acpi", "scsi"].flatMap((name) => [
    "--ro-bind-try",
    `/proc/${name}`,
    `/proc/${name}`,
  ]),
];

export function inWalls(
  { bwrap, mounts, cwd, env, network, endsWithParent }: Walls,
  file: string,
  args: readonly string[],
): { readonly file: string; readonly args: readonly string[] } {
  const set = Object.entries(env).flatMap(([name, value]) =>
    value === null ? ["--unsetenv", name] : ["--setenv", name, value],
  );
  return {
    file: bwrap,
    args: [
      ...BASE,
      ...(network ? [] : ["--unshare-net"]),
      ...(endsWithParent ? ["--die-with-parent"] : []),
      ...mounts.flatMap(option),
      ...["--chdir", cwd],
      ...set,
      ...["--", file, ...args],
    ],
  };
}

function option(mount: Mount): string[] {
  const { path } = mount;
  switch (mount.as) {
    case "read":
      return ["--ro-bind", path, path];
    case "write":
      return ["--bind", "from" in mount ? mount.from : path, path];
    case "no folder":
      return ["--tmpfs", path];
    case "no file":
      return ["--ro-bind", "/dev/null", path];
  }
}
