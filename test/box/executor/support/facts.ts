/** The conformance workflows: each file says in its head what GitHub documents, and what act is known to do instead. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const FIXTURES = fileURLToPath(new URL("../../../fixtures/workflows/", import.meta.url));

export interface Fact {
  readonly file: string;
  readonly content: string;
  readonly fact: string;
  readonly source: string;
  readonly run: string;
  readonly says: readonly string[];
  /** Undefined where act does what GitHub does. */
  readonly act: { readonly run: string; readonly says: readonly string[]; readonly gap: string } | undefined;
}

/** `(nothing)` where act's run prints nothing at all. */
const actSays = (lines: readonly string[]): readonly string[] =>
  lines.filter((text) => text !== "(nothing)").sort();

export const facts: readonly Fact[] = readdirSync(join(FIXTURES, "conformance"))
  .sort()
  .map((file) => {
    const content = readFileSync(join(FIXTURES, "conformance", file), "utf8");
    const head = [...content.matchAll(/^# ([a-z-]+): (.*)$/gm)].map(
      (match) => [match[1], match[2] ?? ""] as const,
    );
    const all = (key: string) => head.filter(([name]) => name === key).map(([, value]) => value);
    const one = (key: string): string => {
      const [value] = all(key);
      if (value === undefined) throw new Error(`${file} does not say its \`${key}\``);
      return value;
    };
    const says = all("says").sort();
    const gap = all("act-gap")[0];
    return {
      file,
      content,
      fact: one("fact"),
      source: one("source"),
      run: one("run"),
      says,
      act:
        gap === undefined
          ? undefined
          : {
              run: all("act-run")[0] ?? one("run"),
              says: all("act-says").length > 0 ? actSays(all("act-says")) : says,
              gap,
            },
    };
  });

/** Every file of the repository that the facts are about, workflows included. */
export const repositoryFiles: Readonly<Record<string, string>> = Object.fromEntries([
  ...readdirSync(join(FIXTURES, "conformance-repository"), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => {
      const path = join(entry.parentPath, entry.name);
      return [
        path.slice(join(FIXTURES, "conformance-repository/").length),
        readFileSync(path, "utf8"),
      ] as const;
    }),
  ...facts.map(({ file, content }) => [`.github/workflows/${file}`, content] as const),
]);
