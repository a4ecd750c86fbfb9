import { readdirSync } from "node:fs";
import { resolve } from "node:path";
import { build } from "esbuild";
import { beforeAll, expect, it } from "vitest";
import type { BuiltInRule } from "../../engine/graph/lint/rule.ts";
import { validate } from "../../engine/graph/prepare.ts";
import { actionOptions } from "../../scripts/bundle-options.ts";

/** What no job needs before its first decision (docs/decisions/084): whole zod, YAML, web clients, zip files, processes by library, models, words of failures. */
const LATER =
  /node_modules\/(?:zod\/v4\/classic|@ai-sdk|yaml|undici|@octokit|@actions\/(?:github|artifact)|yauzl|execa|dotparser)\/|engine\/failure\/text\//;
/** The library's own words in forty languages, and none but the English are used. */
const LOCALES = /zod\/v4\/locales\/(?!en\.js$|index\.js$)/;
const MOST_BYTES = 370_000;
/** Each takes as long as 10 KB of code: found, read, compiled and linked by itself. */
const MOST_FILES = 10;

const bundle = () =>
  build({
    ...actionOptions,
    ...{ entryPoints: ["action/main.ts"], outdir: "dist", metafile: true, write: false },
  });
let built: Awaited<ReturnType<typeof bundle>>;
beforeAll(async () => {
  built = await bundle();
});

it("a job that runs stages loads no more before its first decision than that takes", () => {
  const parts = built.metafile!.outputs;
  const used = Object.values(parts).flatMap(({ inputs }) =>
    Object.entries(inputs).flatMap(([file, { bytesInOutput }]) => (bytesInOutput > 0 ? [file] : [])),
  );
  expect(used.filter((file) => LOCALES.test(file))).toEqual([]);
  expect(used.some((file) => file.includes("@ai-sdk/anthropic"))).toBe(true);
  for (const own of ["trunk", "leg", "single"]) {
    const loaded = new Set<string>();
    const load = (part: string): void => {
      if (loaded.has(part)) return;
      loaded.add(part);
      for (const { path, kind } of parts[part]!.imports)
        if (kind === "import-statement" && parts[path]) load(path);
    };
    const begins = ["action/main.ts", "action/job.ts", `action/parts/${own}.ts`];
    for (const [part, { entryPoint = "" }] of Object.entries(parts))
      if (begins.includes(entryPoint.replace(/^later:/, ""))) load(part);
    const inside = [...loaded].flatMap((part) => Object.keys(parts[part]!.inputs));
    expect(inside).toEqual(expect.arrayContaining([...begins, "engine/core/decide.ts"]));
    expect(inside.filter((file) => LATER.test(file))).toEqual([]);
    const bytes = [...loaded].reduce((sum, part) => sum + parts[part]!.bytes, 0);
    expect(bytes, own).toBeLessThanOrEqual(MOST_BYTES);
    expect(loaded.size, own).toBeLessThanOrEqual(MOST_FILES);
  }
});

const largest = () => built.outputFiles!.toSorted((a, b) => b.contents.length - a.contents.length)[0]!.text;

it("the first part is ASCII: with one other letter the whole of it is decoded, and kept in two bytes a letter", () => {
  const first = largest();
  expect(first).toContain("is not the graph that run");
  expect(first.match(/.{0,40}[^\0-\x7f].{0,40}/g)).toBeNull();
});

it("no literal of the first part asks for the letters of all languages: that takes as long as reading 10 KB", () => {
  const first = largest();
  expect(first.match(/.{0,40}[^\\]\\p\{.{0,40}/g)).toBeNull();
  expect(first).toContain('new RegExp("[^\\\\p{L}\\\\p{M}\\\\p{N}]+","gu")');
});

const RULES = "engine/graph/lint/rules";

it("a job runs every rule by which a graph is refused, and none that only warns", async () => {
  const left: string[] = [];
  for (const file of readdirSync(RULES)) {
    const { rule } = (await import(resolve(RULES, file))) as { rule: BuiltInRule };
    const said = [rule, ...validate(rule.bad).filter((each) => each.rule === rule.code)];
    const refuses = said.some(({ severity }) => severity === "error");
    const runs = `${RULES}/${file}` in built.metafile!.inputs;
    if (refuses) expect(runs, file).toBe(true);
    if (!runs) left.push(file);
  }
  expect(left).toContain("toolchain-gate.ts");
  expect(left).not.toContain("input-declared.ts");
});
