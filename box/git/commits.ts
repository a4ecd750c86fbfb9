/** Commits as bytes: the API keeps a message exactly as it was sent, which `git commit-tree` does not. */
import { git, gitText } from "./run.ts";

export interface Signature {
  readonly name: string;
  readonly email: string;
  readonly atMs: number;
}

export interface Commit {
  readonly sha: string;
  readonly tree: string;
  readonly parents: readonly string[];
  readonly author: Signature;
  readonly committer: Signature;
  readonly message: string;
}

const clean = (text: string): string => text.replaceAll(/[<>\n\0]/g, "").trim();
const line = (role: string, { name, email, atMs }: Signature): string =>
  `${role} ${clean(name)} <${clean(email)}> ${Math.floor(atMs / 1000)} +0000`;

export async function writeCommit(gitDir: string, commit: Omit<Commit, "sha">): Promise<string> {
  const { tree, parents, author, committer, message } = commit;
  const head = [
    `tree ${tree}`,
    ...parents.map((parent) => `parent ${parent}`),
    line("author", author),
    line("committer", committer),
  ];
  return gitText(gitDir, ["hash-object", "-t", "commit", "-w", "--stdin"], {
    input: `${head.join("\n")}\n\n${message}`,
  });
}

export async function readCommit(gitDir: string, sha: string): Promise<Commit> {
  const text = (await git(gitDir, ["cat-file", "commit", sha])).toString();
  const gap = text.indexOf("\n\n");
  const lines = text.slice(0, gap).split("\n");
  const values = (key: string) =>
    lines.filter((one) => one.startsWith(`${key} `)).map((one) => one.slice(key.length + 1));
  return {
    sha,
    tree: values("tree")[0] ?? "",
    parents: values("parent"),
    author: readSignature(values("author")[0] ?? ""),
    committer: readSignature(values("committer")[0] ?? ""),
    message: text.slice(gap + 2),
  };
}

function readSignature(text: string): Signature {
  const [, name = "", email = "", seconds = "0"] = /^(.*?) ?<(.*)> (\d+) [-+]\d{4}$/.exec(text) ?? [];
  return { name, email, atMs: Number(seconds) * 1000 };
}
