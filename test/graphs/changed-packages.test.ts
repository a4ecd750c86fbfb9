/** The graphs over a list of packages, with real commands and a real monorepo. */
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { here } from "../local/here.ts";
import { finalOf, folder, git, logOf, named, repository } from "../local/world.ts";

/** Three packages; `web` and `core` differ from main, and `web`'s check fails when it holds a file `broken`. */
function monorepo(broken: boolean): string {
  const check = "test ! -e broken";
  const repo = repository({
    "packages/core/check.sh": check,
    "packages/docs/check.sh": check,
    "packages/web/check.sh": check,
  });
  git(repo, "checkout", "--quiet", "-b", "work");
  const change = `echo x > packages/core/new; echo x > packages/web/${broken ? "broken" : "new"}`;
  git(repo, "-c", `alias.change=!${change}`, "change");
  git(repo, "add", "--all");
  git(repo, "commit", "--quiet", "--message=change");
  return repo;
}

const checked = async (repo: string, root: string, ...more: string[]) =>
  here(
    ...["run", "changed-packages-tools", "--workdir", repo, "--logs-root", root, "--json"],
    ...["--input", "check=sh check.sh", "--input", "base=main", ...more],
  );

describe("R-FAN-8: a fan-out over what changed, with tools", () => {
  it("runs the check in each changed package and in no other; its item is in ATTRACTOR_ITEM", async () => {
    const root = join(folder(), "run");
    expect((await checked(monorepo(false), root)).code).toBe(0);
    expect(finalOf(root).branches.map(({ key, status }) => [key.replace(/-\w{8}$/, ""), status])).toEqual([
      ["each/v1/01-packages-core", "success"],
      ["each/v1/02-packages-web", "success"],
    ]);
  });

  it("fails when one check fails, and names it", async () => {
    const root = join(folder(), "run");
    expect((await checked(monorepo(true), root)).code).toBe(1);
    expect(finalOf(root).failure_reason).toMatch(/1 of 2 branches succeeded.*02-packages-web/);
  });

  it("ends at once when nothing changed", async () => {
    const root = join(folder(), "run");
    expect((await checked(monorepo(true), root, "--input", "base=HEAD")).code).toBe(0);
    expect(named(logOf(root), "fanout_started")).toEqual([]);
  });
});
