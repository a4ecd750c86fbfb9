/** Calls of `apply_patch` in the shapes that models were seen to send instead of the format, the incident's among them. */
import { RUST, TS } from "./patch-files.ts";

export interface Malformed {
  readonly name: string;
  readonly patch: string;
  /** Files that are different afterwards; null: gone. */
  readonly after?: Readonly<Record<string, string | null>>;
  /** Its meaning is not certain. */
  readonly unsafe?: true;
}

const text = (...lines: string[]): string => lines.join("\n");
const hp = { "src/monsters.rs": RUST.replace("hp: 10", "hp: 12") };
const HUNK = [
  "     pub fn new() -> Self {",
  "-        Monster { hp: 10 }",
  "+        Monster { hp: 12 }",
  "     }",
];
const AT = "@@ -8,3 +8,3 @@ impl Monster {";
const BOTH = { ...hp, "src/sum.ts": TS.replace("a = 1", "a = 5") };
const SUM = ["@@ -1,2 +1,2 @@", "-export const a = 1;", "+export const a = 5;", " export const b = 2;"];

export const MALFORMED: readonly Malformed[] = [
  {
    name: "a bare unified diff",
    patch: text("--- a/src/monsters.rs", "+++ b/src/monsters.rs", AT, ...HUNK),
    after: hp,
  },
  {
    name: "a unified diff without a/ and b/",
    patch: text("--- src/monsters.rs", "+++ src/monsters.rs", AT, ...HUNK),
    after: hp,
  },
  {
    name: "git's own diff with its headers",
    patch: text(
      "diff --git a/src/monsters.rs b/src/monsters.rs",
      "index 1234567..89abcde 100644",
      "--- a/src/monsters.rs",
      "+++ b/src/monsters.rs",
      AT,
      ...HUNK,
      "",
    ),
    after: hp,
  },
  {
    name: "a diff with times behind the names",
    patch: text(
      "--- src/monsters.rs\t2026-02-10 10:00:00",
      "+++ src/monsters.rs\t2026-02-10 10:01:00",
      AT,
      ...HUNK,
    ),
    after: hp,
  },
  {
    name: "the incident: a unified diff inside the envelope",
    patch: text(
      "*** Begin Patch",
      "--- src/monsters.rs",
      "+++ src/monsters.rs",
      AT,
      ...HUNK,
      "*** End Patch",
    ),
    after: hp,
  },
  {
    name: "the diff's header below the envelope's",
    patch: text(
      "*** Begin Patch",
      "*** Update File: src/monsters.rs",
      "--- a/src/monsters.rs",
      "+++ b/src/monsters.rs",
      AT,
      ...HUNK,
      "*** End Patch",
    ),
    after: hp,
  },
  {
    name: "line numbers in the envelope",
    patch: text("*** Begin Patch", "*** Update File: src/monsters.rs", AT, ...HUNK, "*** End Patch"),
    after: hp,
  },
  {
    name: "the incident: no envelope",
    patch: text("*** Update File: src/monsters.rs", "@@", ...HUNK),
    after: hp,
  },
  {
    name: "no end of the envelope",
    patch: text("*** Begin Patch", "*** Update File: src/monsters.rs", "@@", ...HUNK),
    after: hp,
  },
  {
    name: "no beginning of the envelope",
    patch: text("*** Update File: src/monsters.rs", "@@", ...HUNK, "*** End Patch"),
    after: hp,
  },
  {
    name: "a code fence around a diff",
    patch: text("```diff", "--- a/src/monsters.rs", "+++ b/src/monsters.rs", AT, ...HUNK, "```"),
    after: hp,
  },
  {
    name: "a code fence around the envelope",
    patch: text(
      "```",
      "*** Begin Patch",
      "*** Update File: src/monsters.rs",
      "@@",
      ...HUNK,
      "*** End Patch",
      "```",
    ),
    after: hp,
  },
  {
    name: "words before the patch",
    patch: text(
      "Here is the change:",
      "",
      "*** Begin Patch",
      "*** Update File: src/monsters.rs",
      "@@",
      ...HUNK,
      "*** End Patch",
    ),
    after: hp,
  },
  {
    name: "a shell's here-document with the envelope",
    patch: text(
      "apply_patch <<'EOF'",
      "*** Begin Patch",
      "*** Update File: src/monsters.rs",
      "@@",
      ...HUNK,
      "*** End Patch",
      "EOF",
    ),
    after: hp,
  },
  {
    name: "a here-document for patch -p1",
    patch: text("patch -p1 <<'EOF'", "--- a/src/monsters.rs", "+++ b/src/monsters.rs", AT, ...HUNK, "EOF"),
    after: hp,
  },
  {
    name: "context lines without their space",
    patch: text(
      "*** Begin Patch",
      "*** Update File: src/sum.ts",
      "@@",
      "export function sum() {",
      "-  return a + b;",
      "+  return b + a;",
      "}",
      "*** End Patch",
    ),
    after: { "src/sum.ts": TS.replace("a + b", "b + a") },
  },
  {
    name: "wrong counts in the hunk's header",
    patch: text("--- a/src/monsters.rs", "+++ b/src/monsters.rs", "@@ -1,99 +1,99 @@", ...HUNK),
    after: hp,
  },
  {
    name: "wrong line numbers",
    patch: text("--- a/src/monsters.rs", "+++ b/src/monsters.rs", "@@ -2,3 +2,3 @@", ...HUNK),
    after: hp,
  },
  {
    name: "two files in one diff",
    patch: text(
      "--- a/src/monsters.rs",
      "+++ b/src/monsters.rs",
      AT,
      ...HUNK,
      "--- a/src/sum.ts",
      "+++ b/src/sum.ts",
      ...SUM,
    ),
    after: BOTH,
  },
  {
    name: "two files in git's diff",
    patch: text(
      ...[
        "diff --git a/src/monsters.rs b/src/monsters.rs",
        "--- a/src/monsters.rs",
        "+++ b/src/monsters.rs",
        AT,
        ...HUNK,
      ],
      ...["diff --git a/src/sum.ts b/src/sum.ts", "--- a/src/sum.ts", "+++ b/src/sum.ts", ...SUM],
    ),
    after: BOTH,
  },
  {
    name: "two hunks of one file, the second after lines were added",
    patch: text(
      ...[
        "--- a/src/sum.ts",
        "+++ b/src/sum.ts",
        "@@ -1,2 +1,4 @@",
        " export const a = 1;",
        "+export const c = 3;",
        "+export const d = 4;",
        " export const b = 2;",
      ],
      ...["@@ -5,1 +7,1 @@", "-  return a + b;", "+  return a + b + c + d;"],
    ),
    after: {
      "src/sum.ts": TS.replace("a = 1;\n", "a = 1;\nexport const c = 3;\nexport const d = 4;\n").replace(
        "a + b",
        "a + b + c + d",
      ),
    },
  },
  {
    name: "lines put in without context",
    patch: text("--- a/src/sum.ts", "+++ b/src/sum.ts", "@@ -2,0 +3,1 @@", "+export const c = 3;"),
    after: { "src/sum.ts": TS.replace("b = 2;\n", "b = 2;\nexport const c = 3;\n") },
  },
  {
    name: "a file deleted by a diff",
    patch: text(
      "diff --git a/src/sum.ts b/src/sum.ts",
      "deleted file mode 100644",
      "--- a/src/sum.ts",
      "+++ /dev/null",
      "@@ -1,6 +0,0 @@",
      ...TS.trimEnd()
        .split("\n")
        .map((line) => `-${line}`),
    ),
    after: { "src/sum.ts": null },
  },
  {
    name: "no line feed at the end, said as diffs do",
    patch: text("--- a/src/sum.ts", "+++ b/src/sum.ts", ...SUM, "\\ No newline at end of file"),
    after: { "src/sum.ts": TS.replace("a = 1", "a = 5") },
  },
  {
    name: "carriage returns",
    patch: text("--- a/src/monsters.rs", "+++ b/src/monsters.rs", AT, ...HUNK).replaceAll("\n", "\r\n"),
    after: hp,
  },
  {
    name: "a diff that fits in two places",
    patch: text(
      "--- a/src/monsters.rs",
      "+++ b/src/monsters.rs",
      "@@ -90,1 +90,2 @@",
      "     }",
      "+    // end",
    ),
    unsafe: true,
  },
  {
    name: "a diff of lines that are not in the file",
    patch: text(
      "--- a/src/monsters.rs",
      "+++ b/src/monsters.rs",
      "@@ -3,1 +3,1 @@",
      "-    pub health: i32,",
      "+    pub health: i64,",
    ),
    unsafe: true,
  },
  {
    name: "a diff whose spaces are not the file's",
    patch: text(
      "--- a/src/monsters.rs",
      "+++ b/src/monsters.rs",
      "@@ -4,1 +4,1 @@",
      "-  pub hp: i32,",
      "+  pub hp: i64,",
    ),
    unsafe: true,
  },
  {
    name: "code and nothing else",
    patch: "impl Monster {\n    pub fn new() -> Self { Monster { hp: 12 } }\n}",
    unsafe: true,
  },
  {
    name: "the text of a replacement",
    patch: "<<<<<<< SEARCH\nhp: 10\n=======\nhp: 12\n>>>>>>> REPLACE",
    unsafe: true,
  },
];
