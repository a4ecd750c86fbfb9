/** What a person may name by mistake, or an attacker on purpose, in the place of a graph, a config, a prompt or a script. */
import { execFileSync } from "node:child_process";
import { truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { here } from "./here.ts";
import { folder, graph } from "./world.ts";

const KINDS: readonly (readonly [string, (path: string) => string, string])[] = [
  [
    "a pipe",
    (path) => {
      execFileSync("mkfifo", [path]);
      return path;
    },
    "no ordinary file",
  ],
  ["a device", () => "/dev/zero", "no ordinary file"],
  ["a folder", () => folder(), "it is a folder"],
  [
    "a file of 50 MB",
    (path) => {
      writeFileSync(path, "");
      truncateSync(path, 50 * 1024 * 1024);
      return path;
    },
    "is the limit",
  ],
  [
    "a file with a NUL",
    (path) => {
      writeFileSync(path, "a\0b");
      return path;
    },
    "NUL",
  ],
];

it.each(KINDS)(
  "R-SEC-6: %s as graph, config or script ends at once with the cause",
  async (_what, make, said) => {
    const at = folder();
    const good = join(at, "good.dot");
    writeFileSync(good, graph("s -> e"));
    const bad = make(join(at, "bad.json"));
    const root = ["--workdir", at, "--logs-root", join(at, "run")];
    for (const args of [[bad], [good, "--config", bad]]) {
      const told = await here("run", ...args, ...root);
      expect([told.code, told.err]).toEqual([2, expect.stringContaining(said)]);
    }
    if (bad.endsWith(".json")) {
      const told = await here("run", good, "--simulate", bad, ...root);
      expect([told.code, told.err]).toEqual([2, expect.stringContaining(said)]);
    }
    const checked = await here("validate", bad);
    expect([checked.code === 0, checked.err + checked.out]).toEqual([false, expect.stringContaining(said)]);
  },
);

it.each(KINDS.filter(([what]) => what !== "a device" && what !== "a folder"))(
  "R-SEC-6: %s as a prompt file is refused by name",
  async (_what, make, said) => {
    const at = folder();
    make(join(at, "ask.md"));
    writeFileSync(join(at, "g.dot"), graph(`a [prompt_file="ask.md"]; s -> a -> e`));
    const told = await here(
      "run",
      join(at, "g.dot"),
      "--workdir",
      folder(),
      "--simulate",
      "--logs-root",
      join(folder(), "run"),
    );
    expect([told.code, told.err]).toEqual([2, expect.stringContaining(said)]);
  },
);
