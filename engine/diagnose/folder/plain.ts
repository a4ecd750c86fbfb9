/** Files from outside: only plain ones are opened, no link is followed, and nothing waits for a pipe. */
import { closeSync, constants, fstatSync, openSync, readFileSync } from "node:fs";

const { O_RDONLY, O_NOFOLLOW, O_NONBLOCK } = constants;

export type Opened<T> =
  | { readonly kind: "read"; readonly value: T; readonly bytes: number }
  | { readonly kind: "missing" }
  | { readonly kind: "refused"; readonly why: string };

export function withPlain<T>(path: string, use: (fd: number, bytes: number) => T): Opened<T> {
  let fd: number;
  try {
    fd = openSync(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "ENOENT" || code === "ENOTDIR") return { kind: "missing" };
    return {
      kind: "refused",
      why: code === "ELOOP" ? "a link, which is not followed" : `not readable (${code})`,
    };
  }
  try {
    const { size, ...stat } = fstatSync(fd);
    if (!isFile(stat.mode)) return { kind: "refused", why: "no plain file" };
    return { kind: "read", value: use(fd, size), bytes: size };
  } catch (error) {
    return { kind: "refused", why: `not readable (${(error as NodeJS.ErrnoException).code ?? "error"})` };
  } finally {
    closeSync(fd);
  }
}

const isFile = (mode: number): boolean => (mode & constants.S_IFMT) === constants.S_IFREG;

/** What holds one JSON value is small; anything larger is not what its name says. */
const MOST_JSON = 8 * 1024 * 1024;

export function readJsonFile(path: string): Opened<unknown> {
  let refused = "";
  const opened = withPlain(path, (fd, bytes) => {
    if (bytes > MOST_JSON) {
      refused = `${bytes} bytes, too large for what it should hold`;
      return null;
    }
    try {
      return JSON.parse(readFileSync(fd, "utf8")) as unknown;
    } catch {
      refused = bytes === 0 ? "empty" : "no JSON";
      return null;
    }
  });
  return refused === "" ? opened : { kind: "refused", why: refused };
}
