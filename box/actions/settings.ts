/** A repository's settings for Actions, as its administrators choose them. */

export interface ActionsSettings {
  /** Local ones only, all, or those that the next three let in beside the owner's own. */
  readonly allowed: "all" | "local_only" | "selected";
  /** Those of GitHub's own accounts. */
  readonly githubOwned: boolean;
  readonly verified: boolean;
  /** `owner/name@*`; with `!` before it, refused. */
  readonly patterns: readonly string[];
  /** Actions must be named by a full SHA, those inside other actions too; reusable workflows need not. */
  readonly shaPinning: boolean;
  /** Whose pull requests from forks wait for a maintainer. In the box nobody's were ever merged, so all are new. */
  readonly forkApproval: "nobody" | "everybody";
  /** "Allow GitHub Actions to create and approve pull requests": a job's token opens none without it, whatever it may write. */
  readonly opensPulls: boolean;
}

export const SETTINGS: ActionsSettings = {
  allowed: "all",
  githubOwned: true,
  verified: false,
  patterns: [],
  shaPinning: false,
  forkApproval: "nobody",
  opensPulls: false,
};

const GITHUB = new Set(["actions", "github"]);

/** Why `owner/name[/path]@ref` may not be used in a repository, in GitHub's words; undefined when it may. */
export function refusedAction(
  settings: ActionsSettings,
  repository: { readonly owner: string; readonly fullName: string },
  uses: string,
  kind: "action" | "workflow",
): string | undefined {
  const refuse = (why: string) =>
    `The action ${uses} is not allowed in ${repository.fullName} because all actions must be ${why}.`;
  const [name = "", ref = ""] = uses.split("@", 2);
  if (kind === "action" && settings.shaPinning && !/^[0-9a-f]{40}$/.test(ref)) {
    return refuse("pinned to a full-length commit SHA");
  }
  const own = `from a repository owned by ${repository.owner}`;
  const owner = (name.split("/")[0] ?? "").toLowerCase();
  if (settings.allowed === "all" || owner === repository.owner.toLowerCase()) return undefined;
  if (settings.allowed === "local_only") return refuse(own);
  const matches = (pattern: string) => glob(pattern).test(uses);
  const blocked = settings.patterns.filter((one) => one.startsWith("!")).some((one) => matches(one.slice(1)));
  const letIn = (settings.githubOwned && GITHUB.has(owner)) || settings.patterns.some(matches);
  if (letIn && !blocked) return undefined;
  const github = settings.githubOwned ? ", created by GitHub" : "";
  return refuse(`${own}${github}, or match one of the patterns: ${settings.patterns.join(", ")}`);
}

const glob = (pattern: string): RegExp =>
  new RegExp(`^${pattern.replaceAll(/[.+?^${}()|[\]\\]/g, "\\$&").replaceAll("*", ".*")}$`, "i");
