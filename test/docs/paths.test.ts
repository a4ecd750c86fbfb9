/** The map leads where it says: each path that a page for contributors names is there. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { expect, it } from "vitest";

const root = resolve(import.meta.dirname, "../..");
/** Below these lies what is ours; a path elsewhere is a run's, GitHub's or git's. */
const TOPS = ".ci action app bench bin box cli demo docs engine github graphs schemas scripts test".split(
  " ",
);
const SOURCE = /^[\w-]+\.(?:ts|mjs|sh|md)$/;

/** Without the braces: `a/{b,c}` is `a/b` and `a/c`. */
const spelled = (path: string): string[] => {
  const [, before = "", inside = "", after = ""] = /^(.*?)\{(.*?)\}(.*)$/.exec(path) ?? [];
  return inside === "" ? [path] : inside.split(",").flatMap((one) => spelled(before + one + after));
};

interface Named {
  readonly path: string;
  /** The folder that the line is about: in its row a file or folder may be called by its last name. */
  readonly room: string;
}

function namedIn(text: string): Named[] {
  return text.split("\n").flatMap((line) => {
    const words = [...line.matchAll(/`([^`\s<>]+)`/g)].flatMap(([, word = ""]) => spelled(word));
    const room = words.find((word) => TOPS.includes(word.split("/")[0] ?? "") && word.includes("/")) ?? "";
    return words
      .filter((word) => (/^[\w.]/.test(word) && /\w\/(?:$|\w)/.test(word)) || SOURCE.test(word))
      .filter((word) => !word.startsWith("refs/") && !word.startsWith(".attractor/"))
      .map((path) => ({ path, room }));
  });
}

const linked = (text: string): string[] =>
  [...text.matchAll(/\]\(([^)#:]+?)(?:#[^)]*)?\)/g)].flatMap(([, path = ""]) => path);

const isThere = ({ path, room }: Named): boolean =>
  existsSync(join(root, path)) || (room !== "" && existsSync(join(root, room, path)));

it.each(["docs/architecture.md", "CONTRIBUTING.md"])("every path that %s names is there", (page) => {
  const text = readFileSync(join(root, page), "utf8");
  const named = namedIn(text);
  expect(named.length).toBeGreaterThan(20);
  expect(named.filter((one) => !isThere(one))).toEqual([]);
  expect(linked(text).filter((path) => !existsSync(resolve(root, page, "..", path)))).toEqual([]);
});

/** What the code cites, and what stands beside it in quotes: a section. */
function cited(room: string): { file: string; page: string; section: string | undefined }[] {
  const files = readdirSync(join(root, room), { recursive: true, encoding: "utf8" })
    .filter((name) => /\.(?:ts|mjs|sh)$/.test(name))
    .map((name) => join(room, name));
  return files.flatMap((file) =>
    readFileSync(join(root, file), "utf8")
      .split("\n")
      .filter((line) => /^\s*(?:\/\*\*|\*|\/\/|#)/.test(line))
      .flatMap((line) => [...line.matchAll(/([\w/.-]+\.md)\b(?:, "([^"]+)")?/g)])
      .map(([, page = "", section]) => ({ file, page, section })),
  );
}

it("every page and section that comments cite is there, in this repository", () => {
  const all = TOPS.filter((room) => !["docs", "graphs", "schemas", "test"].includes(room))
    .flatMap(cited)
    // Not what agents read (AGENTS.md), and no file of somebody's message.
    .filter(
      ({ file, page }) =>
        /^docs\/|^(?:PROTOCOL|DESIGN|REQUIREMENTS|ROUNDS|STYLE|CONTRIBUTING|CHANGELOG)\.md$/.test(page) &&
        !file.startsWith("engine/failure/text/"),
    );
  expect(all.length).toBeGreaterThan(8);
  const isGone = ({ page, section }: (typeof all)[number]): boolean =>
    !existsSync(join(root, page)) ||
    (section !== undefined && !readFileSync(join(root, page), "utf8").includes(`\n## ${section}\n`));
  expect(all.filter(isGone)).toEqual([]);
});

it("a path that is gone is found, called whole or by its last name", () => {
  const gone = namedIn("| `action/` | `main.ts` begins; `parcel/` and `obey.ts`; `app/speak/say.ts` |");
  expect(gone.filter((one) => !isThere(one)).map(({ path }) => path)).toEqual([
    "parcel/",
    "obey.ts",
    "app/speak/say.ts",
  ]);
});
