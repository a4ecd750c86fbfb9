import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { build } from "esbuild";
import { expect, it, onTestFinished } from "vitest";
import * as signature from "../../engine/failure/signature.ts";
import * as grammar from "../../engine/graph/parse.ts";
import { actionOptions } from "../../scripts/bundle-options.ts";

it("what a job loads when it is first called does what the sources do", async () => {
  const folder = mkdtempSync(join(tmpdir(), "called-later-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const entryPoints = { signature: "engine/failure/signature.ts", parse: "engine/graph/parse.ts" };
  const { metafile } = await build({ ...actionOptions, entryPoints, outdir: folder, metafile: true });
  const bundled = async (name: string) => import(pathToFileURL(join(folder, name)).href);
  const { assign }: typeof signature = await bundled("signature.mjs");
  const { parse }: typeof grammar = await bundled("parse.mjs");

  const failure = { node: "build", class: "deterministic", reason: "tests failed: 3 of 40" } as const;
  const once = signature.assign(signature.emptyRegistry(), failure);
  expect(assign({}, failure)).toEqual(once);
  const again = { ...failure, reason: "tests failed: 4 of 41" };
  expect(assign(once.registry, again)).toEqual(signature.assign(once.registry, again));

  for (const text of ["digraph g { a -> b }", "digraph g { a [x=1] [y=2] }", "digraph g { a -> -> b }"])
    expect(parse(text), text).toEqual(grammar.parse(text));

  const later = Object.entries(metafile.outputs).filter(([name]) => name.endsWith(".cjs"));
  const inside = later.map(([, { inputs }]) => Object.keys(inputs).join(" "));
  expect(inside.some((files) => files.includes("node_modules/dotparser/"))).toBe(true);
  expect(inside.some((files) => files.includes("engine/failure/text/words.ts"))).toBe(true);
});
