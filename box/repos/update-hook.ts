/**
 * What refuses a ref: rules that a test sets (a ruleset, push protection, a file that is too large), and workflow files
 * that are not the default branch's, for a token without `workflows: write`: those that new commits bring, and on a
 * judged ref also those of a commit that GitHub has long had. One script, run by git for pushes and by the API.
 */

import { spawn } from "node:child_process";
import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { permissionsIn } from "../auth/permission.ts";
import type { Principal } from "../auth/principal.ts";
import { Refusal } from "../http/answer.ts";
import type { RepositoryCall } from "../http/call.ts";
import type { Policy } from "../policy.ts";
import type { Repository } from "../state/records.ts";
import { JOURNAL } from "./pushes.ts";

const RULES = "box-refuse";

const UPDATE = `#!/bin/sh
# update REF OLD NEW, in the repository; what it says is what the pusher reads.
tab=$(printf '\\t')
while IFS="$tab" read -r glob words; do
  case "$1" in $glob) echo "$words" >&2; exit 1;; esac
done < ${RULES}
case "$BOX_WORKFLOWS,$3" in no,*[1-9a-f]*) ;; *) exit 0;; esac
known=$(git ls-tree -r "$BOX_DEFAULT" -- .github/workflows 2>/dev/null
  case "$2" in *[1-9a-f]*) git ls-tree -r "$2" -- .github/workflows 2>/dev/null;; esac)
refuse() {
  [ -z "$1" ] && return
  echo "refusing to allow a GitHub App to create or update workflow \\\`$1\\\` without \\\`workflows\\\` permission" >&2
  exit 1
}
unknown() { grep -vxF "\${known:-none}" | head -n 1 | cut -f 2; }
case "$1" in $BOX_JUDGED) refuse "$(git ls-tree -r "$3" -- .github/workflows 2>/dev/null | unknown)";; esac
git rev-list "$3" --not --all | while read -r commit; do
  changed=$(git diff-tree -r --root --no-commit-id --name-only --diff-filter=AM -m --first-parent "$commit" -- .github/workflows)
  [ -z "$changed" ] || refuse "$(git ls-tree -r "$commit" -- $changed | unknown)"
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
  { pusher, judged }: { readonly pusher: string; readonly judged: Policy["workflowsRight"] },
): Record<string, string> {
  const trusted = principal.kind === "user" || permissionsIn(principal, repository).workflows === "write";
  return {
    BOX_PUSHER: pusher,
    BOX_WORKFLOWS: trusted ? "yes" : "no",
    BOX_DEFAULT: `refs/heads/${repository.defaultBranch}`,
    BOX_JUDGED: judged === "branches" ? "refs/heads/*" : "*",
  };
}

export async function refuseUpdate(
  { world, principal, repository }: Pick<RepositoryCall, "world" | "principal" | "repository">,
  ref: string,
  before: string,
  after: string,
): Promise<void> {
  const script = join(repository.gitDir, "hooks", "update");
  const env = {
    PATH: process.env.PATH,
    GIT_DIR: ".",
    ...hookEnv(principal, repository, { pusher: "", judged: world.policy.workflowsRight }),
  };
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
