/** Builds a commit on another one with a single process, whatever it changes: `git fast-import`. */
import { ENGINE_IDENTITY } from "./identity.ts";
import type { Git } from "./process.ts";

export interface CommitDraft {
  /** A local ref that keeps the commit reachable; moved to it. */
  readonly ref: string;
  /** The first one's tree is what the changes are applied to; none: a root commit. */
  readonly parents: readonly string[];
  readonly message: string;
  readonly when: Date;
  /** Path to content; null removes the file or folder. Removals come first. */
  readonly changes: ReadonlyMap<string, string | Buffer | null>;
}

/** Fails when a parent is not here: the new commit stands on exactly the commits that were named. */
export async function writeCommit(git: Git, draft: CommitDraft): Promise<string> {
  const seconds = Math.floor(draft.when.getTime() / 1000);
  const [first, ...others] = draft.parents;
  const changes = [...draft.changes];
  const script: (string | Buffer)[] = [
    `commit ${draft.ref}\nmark :1\n`,
    `committer ${ENGINE_IDENTITY.name} <${ENGINE_IDENTITY.email}> ${seconds} +0000\n`,
    data(draft.message),
    ...(first === undefined ? [] : [`from ${oid(first)}\n`]),
    ...others.map((parent) => `merge ${oid(parent)}\n`),
    ...changes.flatMap(([path, content]) => (content === null ? [`D ${safe(path)}\n`] : [])),
    ...changes.flatMap(([path, content]) =>
      content === null ? [] : [`M 100644 inline ${safe(path)}\n`, data(content)],
    ),
    "get-mark :1\ndone\n",
  ];
  const { stdout } = await git(["fast-import", "--quiet", "--done", "--force"], {
    input: Buffer.concat(script.map((piece) => Buffer.from(piece))),
  });
  return stdout.toString("latin1").trim();
}

const data = (content: string | Buffer): Buffer => {
  const bytes = Buffer.from(content);
  return Buffer.concat([Buffer.from(`data ${bytes.length}\n`), bytes, Buffer.from("\n")]);
};

function oid(text: string): string {
  if (/^[0-9a-f]{40,64}$/.test(text)) return text;
  throw new Error(`${JSON.stringify(text)} names no commit`);
}

/** Our own paths need no quoting, and nothing else may come here. */
function safe(path: string): string {
  if (/^[A-Za-z0-9._-]+(?:\/[A-Za-z0-9._-]+)*$/.test(path)) return path;
  throw new Error(`${JSON.stringify(path)} is no path of a ledger`);
}
