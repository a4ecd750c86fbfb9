import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { z } from "zod";

const root = resolve(import.meta.dirname, "../..");
const json = (name: string): unknown => JSON.parse(readFileSync(join(root, name), "utf8"));

const { packages } = z
  .object({
    packages: z.record(
      z.string(),
      z.object({
        license: z.string().optional(),
        integrity: z.string().optional(),
        resolved: z.string().optional(),
        link: z.boolean().optional(),
        dev: z.boolean().optional(),
        hasInstallScript: z.boolean().optional(),
      }),
    ),
  })
  .parse(json("package-lock.json"));
const installed = Object.entries(packages).filter(([path]) => path !== "");
const { allowScripts } = z
  .object({ allowScripts: z.record(z.string(), z.boolean()) })
  .parse(json("package.json"));

/** Licences that ask for no more than to be kept beside the code. */
const FREE: ReadonlySet<string> = new Set([
  ...["MIT", "MIT/X11", "ISC", "0BSD", "BSD-2-Clause", "BSD-3-Clause", "Apache-2.0", "Unlicense"],
  ...["BlueOak-1.0.0", "CC0-1.0", "Python-2.0"],
]);
/** Changes of their own files must be open; we change none, and ship none of them. */
const TOOLS_ONLY: ReadonlySet<string> = new Set(["MPL-2.0"]);

/** Their package.json names none. */
const UNNAMED: Readonly<Record<string, { readonly why: string; readonly file: RegExp | null }>> = {
  "node_modules/khroma": { why: "its licence file is the MIT licence", file: /The MIT License/ },
  "node_modules/buffers": {
    why: "comes with GitHub's own artifact client, which the box runs and nothing else",
    file: null,
  },
};

/** `A OR B`: one of them will do. `A AND B`: both must. */
function isFree(expression: string, free: ReadonlySet<string>): boolean {
  const bare = expression.replaceAll(/[()]/g, "");
  return bare.split(" OR ").some((some) => some.split(" AND ").every((one) => free.has(one.trim())));
}

describe("what is installed", () => {
  it("comes from the registry, and is what it was when it was locked", () => {
    const loose = installed.filter(([, { integrity, link, resolved }]) => !integrity || link || resolved);
    expect(loose.map(([path]) => path)).toEqual([]);
  });

  it("runs nothing of its own while it is installed, but for what package.json names", () => {
    const running = installed.filter(([, { hasInstallScript }]) => hasInstallScript);
    const names = running.map(([path]) => path.split("node_modules/").at(-1) ?? path);
    expect(names.filter((name) => allowScripts[name] !== true)).toEqual([]);
  });

  it("may be used and given on: every licence is a permissive one, of tools an open one", () => {
    const wrong = installed.flatMap(([path, { license, dev }]) => {
      if (license === undefined) return UNNAMED[path] ? [] : [`${path}: no licence`];
      const free = dev ? new Set([...FREE, ...TOOLS_ONLY]) : FREE;
      return isFree(license, free) ? [] : [`${path}: ${license}`];
    });
    expect(wrong).toEqual([]);
    for (const [path, { file }] of Object.entries(UNNAMED)) {
      expect(packages[path], `${path} is not installed any more`).toBeDefined();
      if (file === null) continue;
      const folder = join(root, path);
      const name = readdirSync(folder).find((each) => /^licen[cs]e/i.test(each)) ?? "";
      expect(existsSync(join(folder, name)) && readFileSync(join(folder, name), "utf8")).toMatch(file);
    }
  });
});
