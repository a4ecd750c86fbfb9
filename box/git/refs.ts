/** Refs of a bare repository. Every change is a compare-and-swap on git's own lock. */
import { gitText, tryGit } from "./run.ts";

export interface Ref {
  readonly name: string;
  readonly sha: string;
  readonly type: "commit" | "tag" | "tree" | "blob";
}

export const NO_OBJECT = "0".repeat(40);

/** All refs whose full name starts with the text. */
export async function listRefs(gitDir: string, prefix = "refs/"): Promise<Ref[]> {
  const folder = prefix.slice(0, prefix.lastIndexOf("/"));
  const text = await gitText(gitDir, [
    "for-each-ref",
    "--format=%(objectname) %(objecttype) %(refname)",
    folder,
  ]);
  return text
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => {
      const [sha = "", type = "commit", name = ""] = line.split(" ");
      return { name, sha, type: type as Ref["type"] };
    })
    .filter(({ name }) => name.startsWith(prefix));
}

export async function readRef(gitDir: string, name: string): Promise<Ref | undefined> {
  return (await listRefs(gitDir, name)).find((ref) => ref.name === name);
}

/** Moves the ref from `old` to `sha`, or changes nothing. `old` of NO_OBJECT creates, `sha` of NO_OBJECT deletes. */
export async function swapRef(gitDir: string, name: string, sha: string, old: string): Promise<boolean> {
  const args = sha === NO_OBJECT ? ["update-ref", "-d", name, old] : ["update-ref", name, sha, old];
  return (await tryGit(gitDir, args)).code === 0;
}

/** Whether a full ref name is one that git takes. */
export async function isRefName(name: string): Promise<boolean> {
  return (await tryGit(".", ["check-ref-format", name])).code === 0;
}

export async function isAncestor(gitDir: string, ancestor: string, of: string): Promise<boolean> {
  return (await tryGit(gitDir, ["merge-base", "--is-ancestor", ancestor, of])).code === 0;
}

/** The commit that a name stands for; undefined when it stands for none. */
export async function commitAt(gitDir: string, name: string): Promise<string | undefined> {
  const asked = ["rev-parse", "--verify", "--quiet", "--end-of-options", `${name}^{commit}`];
  const { code, stdout } = await tryGit(gitDir, asked);
  return code === 0 ? stdout.toString().trim() : undefined;
}
