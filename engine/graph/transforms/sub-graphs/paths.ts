/** Paths of files that graphs name, with `/` between parts, as every system of ours reads them. */

export const folderOf = (path: string): string => {
  const slash = path.lastIndexOf("/");
  return slash === -1 ? "." : path.slice(0, slash) || "/";
};

/** Without `.` and, as far as they lead back, without `..`. */
export function joinedPath(folder: string, name: string): string {
  const parts: string[] = [];
  for (const part of `${folder}/${name}`.split("/")) {
    if (part === "" || part === ".") continue;
    if (part === ".." && parts.length > 0 && parts.at(-1) !== "..") parts.pop();
    else parts.push(part);
  }
  return parts.join("/") || ".";
}
