/**
 * What refuses a ref: rules that a test sets (a ruleset, push protection, a file that is too large), and workflow files
 * brought by a token without `workflows: write`. One script, run by git for pushes and by the API for its own changes.
 */
import { spawn } from "node:child_process";
import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { permissionsIn } from "../auth/permission.ts";
import type { Principal } from "../auth/tokens.ts";
import { Refusal } from "../http/answer.ts";
import type { RepositoryCall } from "../http/call.ts";
import type { Repository } from "../state/model.ts";
import { JOURNAL } from "./pushes.ts";

const RULES = "box-refuse";

const UPDATE = `#!/bin/sh
# update REF OLD NEW, in the repository; what it says is what the pusher reads.
tab=$(printf '\\t')
while IFS="$tab" read -r glob words; do
  case "$1" in $glob) echo "$words" >&2; exit 1;; esac
done < ${RULES}
case "$BOX_WORKFLOWS,$3" in no,*[1-9a-f]*) ;; *) exit 0;; esac
known=$(git for-each-ref --format='%(objectname)' refs/heads | while read -r head; do
  git ls-tree -r "$head" -- .github/workflows
done)
git rev-list "$3" --not --all | while read -r commit; do
  changed=$(git diff-tree -r --root --no-commit-id --name-only --diff-filter=AM -m --first-parent "$commit" -- .github/workflows)
  [ -z "$changed" ] && continue
  new=$(git ls-tree -r "$commit" -- $changed | grep -vxF "\${known:-none}" | head -n 1 | cut -f 2)
  [ -z "$new" ] && continue
  echo "refusing to allow a GitHub App to create or update workflow \\\`$new\\\` without \\\`workflows\\\` permission" >&2
  exit 1
done
`;

const POST_RECEIVE = `#!/bin/sh
while read -r old new ref; do echo "$BOX_PUSHER $old $new $ref" >> ${JOURNAL}; done
`;

export function installHooks(gitDir: string): void {
  const folder = join(gitDir, "hooks");
  mkdirSync(folder, { recursive: true });
  for (const [name, script] of Object.entries({ update: UPDATE, "post-receive": POST_RECEIVE })) {
    writeFileSync(join(folder, name), script);
    chmodSync(join(folder, name), 0o755);
  }
  setRefusals({ gitDir }, []);
  writeFileSync(join(gitDir, JOURNAL), "");
}

export interface RefRefusal {
  /** A shell pattern of full ref names: `refs/heads/*`. */
  readonly refs: string;
  /** One line that the pusher is told. */
  readonly message: string;
}

/** Replaces the rules that refuse refs of a repository. */
export function setRefusals({ gitDir }: Pick<Repository, "gitDir">, refusals: readonly RefRefusal[]): void {
  writeFileSync(join(gitDir, RULES), refusals.map(({ refs, message }) => `${refs}\t${message}\n`).join(""));
}

/** What the hooks must know of a caller. */
export function hookEnv(
  principal: Principal,
  repository: Repository,
  pusher: string,
): Record<string, string> {
  const trusted = principal.kind === "user" || permissionsIn(principal, repository).workflows === "write";
  return { BOX_PUSHER: pusher, BOX_WORKFLOWS: trusted ? "yes" : "no" };
}

export async function refuseUpdate(
  { principal, repository }: Pick<RepositoryCall, "principal" | "repository">,
  ref: string,
  before: string,
  after: string,
): Promise<void> {
  const script = join(repository.gitDir, "hooks", "update");
  const env = { PATH: process.env.PATH, GIT_DIR: ".", ...hookEnv(principal, repository, "") };
  const child = spawn(script, [ref, before, after], {
    cwd: repository.gitDir,
    env,
    stdio: ["ignore", "ignore", "pipe"],
  });
  let words = "";
  child.stderr.on("data", (chunk: Buffer) => {
    words += chunk.toString();
  });
  const code = await new Promise<number | null>((resolve, reject) => {
    child.on("error", reject);
    child.on("close", resolve);
  });
  if (code !== 0) throw new Refusal(words.startsWith("refusing") ? 403 : 422, words.trim());
}
