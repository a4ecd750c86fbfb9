/** Which files a `path:` input names, and the folder that their names in the archive begin at. */
import { globSync, readdirSync, statSync } from "node:fs";
import { dirname, join, relative, resolve, sep } from "node:path";

export interface FoundFiles {
  readonly files: readonly string[];
  readonly root: string;
}

const isFolder = (path: string): boolean => statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
const hasPattern = (text: string): boolean => /[*?[]/.test(text);

/** The part of a pattern before its first wildcard. */
function fixedPart(pattern: string): string {
  const parts = pattern.split(sep);
  const wild = parts.findIndex(hasPattern);
  return wild < 0 ? pattern : parts.slice(0, wild).join(sep) || sep;
}

function commonFolder(paths: readonly string[]): string {
  const split = paths.map((path) => path.split(sep));
  const [first = []] = split;
  const length = first.findIndex((part, index) => split.some((other) => other[index] !== part));
  return (length < 0 ? first : first.slice(0, length)).join(sep) || sep;
}

export function findFiles(input: string, workspace: string, hidden: boolean): FoundFiles {
  const lines = input
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "" && !line.startsWith("#"));
  const absolute = (line: string) => resolve(workspace, line);
  const expand = (path: string): readonly string[] =>
    !hasPattern(path) && isFolder(path)
      ? readdirSync(path, { recursive: true, encoding: "utf8" }).map((name) => join(path, name))
      : globSync(path);
  const wanted = lines.filter((line) => !line.startsWith("!")).map(absolute);
  const refused = new Set(
    lines.filter((line) => line.startsWith("!")).flatMap((line) => expand(absolute(line.slice(1)))),
  );
  const roots = wanted.map(fixedPart);
  const visible = (path: string) =>
    hidden ||
    roots.some(
      (root) =>
        path.startsWith(root) &&
        !relative(root, path)
          .split(sep)
          .some((part) => part.startsWith(".")),
    );
  const files = [...new Set(wanted.flatMap(expand))]
    .filter((path) => !refused.has(path) && statSync(path).isFile() && visible(path))
    .sort();
  const [only] = files;
  if (roots.length === 1 && only !== undefined && files.length === 1 && roots[0] === only) {
    return { files, root: dirname(only) };
  }
  return { files, root: roots.length === 1 ? (roots[0] ?? workspace) : commonFolder(roots) };
}
