import { execFileSync } from "node:child_process";
import { mkdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import { changedSince } from "../../engine/git/changed-since.ts";
import { openWorkRepo } from "../../engine/git/work-repo.ts";
import { git, repository } from "../local/world.ts";

const BASE = {
  ".agents/skills/a/SKILL.md": "a skill\nof two lines\n",
  ".github/agents/x.md": "x\n",
  "docs/shared/y.md": "y\n",
  "GEMINI.md": "top\n",
  "pkg/GEMINI.md": "pkg\n",
};
const LOOKED = { paths: [".agents", ".github/agents", ".codex"], names: ["GEMINI.md"] };

interface Tree {
  readonly path: string;
  readonly put: (file: string, text: string) => void;
  readonly link: (file: string, target: string) => void;
  readonly gone: (file: string) => void;
}

/** What differs after `change`, where the repository began with `before`. */
async function changedBy(change: (tree: Tree) => void, before?: (tree: Tree) => void): Promise<string[]> {
  const path = repository(BASE);
  const at = (file: string) => {
    mkdirSync(dirname(join(path, file)), { recursive: true });
    return join(path, file);
  };
  const tree: Tree = {
    path,
    put: (file, text) => writeFileSync(at(file), text),
    link: (file, target) => symlinkSync(target, at(file)),
    gone: (file) => rmSync(join(path, file), { recursive: true }),
  };
  if (before !== undefined) {
    before(tree);
    git(path, "add", "--all");
    git(path, "commit", "--quiet", "--message=second");
  }
  const { git: own, head } = await openWorkRepo(path);
  change(tree);
  return changedSince(own, head, path, LOOKED);
}

describe("R-AGENT-22: what of a tree is not as the base ref has it", () => {
  it("nothing of what nobody looks at; every change, addition and removal of what is looked at", async () => {
    expect(await changedBy(({ put }) => put("src/new.ts", "code"))).toEqual([]);
    const found = await changedBy(({ put, gone }) => {
      put(".agents/skills/a/SKILL.md", "a skill\nof two linez\n");
      put(".codex/config.toml", "new");
      put("deep/down/gemini.md", "new");
      put("pkg/GEMINI.md", "other");
      gone(".github/agents/x.md");
    });
    expect(found).toEqual([
      ".agents/skills/a/SKILL.md",
      ".codex/config.toml",
      ".github/agents/x.md",
      "deep/down/gemini.md",
      "pkg/GEMINI.md",
    ]);
  });

  it("committed, ignored or told to be overlooked: git is not asked", async () => {
    const found = await changedBy(({ path, put }) => {
      put(".gitignore", ".codex/\n");
      put(".codex/skills/b.md", "ignored");
      put("GEMINI.md", "head");
      git(path, "update-index", "--assume-unchanged", "GEMINI.md");
      put(".agents/c.md", "committed");
      git(path, "add", "--all");
      git(path, "commit", "--quiet", "--message=head");
    });
    expect(found).toEqual([".agents/c.md", ".codex/skills/b.md", "GEMINI.md"]);
  });

  it("line ends that git put in are no change", async () => {
    const change = ({ put }: Tree) => put(".agents/skills/a/SKILL.md", "a skill\r\nof two lines\r\n");
    expect(await changedBy(change)).toEqual([]);
  });

  it("a link in a file's or a folder's place, and what an old link leads to", async () => {
    const linked = await changedBy(({ put, link, gone }) => {
      gone(".github");
      put("evil/agents/x.md", "x\n");
      link(".github", "evil");
      link(".codex", "evil");
    });
    expect(linked).toEqual([".codex", ".github", ".github/agents/x.md"]);
    const before = ({ link }: Tree) => {
      link(".codex", "docs/shared");
      link("sub/GEMINI.md", "../AGENTS.md");
    };
    expect(await changedBy(() => undefined, before)).toEqual([]);
    const behind = await changedBy(({ put }) => {
      put("docs/shared/y.md", "changed");
      put("AGENTS.md", "new");
    }, before);
    expect(behind).toEqual(["AGENTS.md", "docs/shared/y.md"]);
  });

  it("links in a circle end, and a pipe is not waited for", async () => {
    const found = await changedBy(
      ({ path }) => execFileSync("mkfifo", [join(path, ".agents/pipe")]),
      ({ link }) => {
        link(".codex/a", "b");
        link(".codex/b", "a");
        link(".codex/up", "..");
      },
    );
    expect(found).toEqual([".agents/pipe"]);
  });
});
