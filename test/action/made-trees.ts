/** Trees that no checkout makes, put together from objects. */
import { execFileSync } from "node:child_process";

/** A file's text, where a link leads, or the commit of a submodule. */
export type Made = string | { readonly link: string } | { readonly submodule: string };

const NOBODY = ["-c", "user.name=n", "-c", "user.email=n@example.org"];

export const gitWith = (folder: string, args: readonly string[], input = ""): string =>
  execFileSync("git", [...NOBODY, ...args], {
    cwd: folder,
    input,
    env: { PATH: process.env.PATH, HOME: "/nonexistent" },
    maxBuffer: 64 * 1024 * 1024,
    stdio: ["pipe", "pipe", "inherit"],
  })
    .toString("latin1")
    .trim();

/** A commit above `parent` with these entries changed; null takes one away. */
export function commitOf(
  folder: string,
  parent: string | null,
  entries: Readonly<Record<string, Made | null>>,
): string {
  const data = (text: string): string => `data ${Buffer.byteLength(text)}\n${text}\n`;
  const changes = Object.entries(entries).map(([path, made]) => {
    if (made === null) return `D ${path}\n`;
    if (typeof made === "string") return `M 100644 inline ${path}\n${data(made)}`;
    return "link" in made
      ? `M 120000 inline ${path}\n${data(made.link)}`
      : `M 160000 ${made.submodule} ${path}\n`;
  });
  const head = `commit refs/made\nmark :1\ncommitter n <n@example.org> 1700000000 +0000\n${data("made")}`;
  const from = parent === null ? "" : `from ${parent}\n`;
  const script = `${head}${from}${changes.join("")}get-mark :1\ndone\n`;
  return gitWith(folder, ["fast-import", "--quiet", "--done", "--force"], script);
}

export const commitTree = (folder: string, tree: string, parent: string | null): string =>
  gitWith(folder, ["commit-tree", "-m", "made", ...(parent === null ? [] : ["-p", parent]), tree]);

/** A tree of ten times itself, `levels` deep: 10^levels files in a few hundred bytes. */
export function bomb(folder: string, levels: number): string {
  const blob = gitWith(folder, ["hash-object", "-w", "--stdin"], "x");
  const ten = (mode: string, type: string, oid: string): string =>
    gitWith(
      folder,
      ["mktree"],
      Array.from({ length: 10 }, (_, n) => `${mode} ${type} ${oid}\tn${n}\n`).join(""),
    );
  let tree = ten("100644", "blob", blob);
  for (let level = 1; level < levels; level++) tree = ten("040000", "tree", tree);
  return tree;
}
