/** Whether this machine lets an agent's commands be confined: asked once, by doing it. */
import { execFile } from "node:child_process";

let asked: Promise<boolean> | null = null;

export function canConfine(): Promise<boolean> {
  asked ??= works("bwrap", ["--unshare-user", "--ro-bind", "/", "/", "true"]).then(
    // The CLIs' own sandboxes need it for the network.
    async (confines) => confines && (await works("socat", ["-V"])),
  );
  return asked;
}

const works = (file: string, args: readonly string[]): Promise<boolean> =>
  new Promise((resolve) => {
    execFile(file, args, { timeout: 10_000 }, (error) => resolve(error === null));
  });
