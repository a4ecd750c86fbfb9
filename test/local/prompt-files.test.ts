import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { promptReader } from "../../engine/local/prompt-files.ts";

const top = realpathSync(mkdtempSync(join(tmpdir(), "attractor-prompts-")));
afterAll(() => rmSync(top, { recursive: true, force: true }));
const repository = join(top, "repo");
for (const folder of [".git", "graphs", "prompts"]) mkdirSync(join(repository, folder), { recursive: true });
writeFileSync(join(repository, "graphs", "near.md"), "near");
writeFileSync(join(repository, "prompts", "far.md"), "far");
writeFileSync(join(repository, "near.md"), "root");
writeFileSync(join(top, "secret.md"), "secret");
symlinkSync(join(top, "secret.md"), join(repository, "graphs", "link.md"));
const read = promptReader(join(repository, "graphs"));

describe("prompt files", () => {
  it.each([
    ["near.md", "near"],
    ["prompts/far.md", "far"],
    ["../prompts/far.md", "far"],
  ])("%s is found beside the graph, else from the root of the repository", (path, text) => {
    expect(read(path)).toEqual({ ok: true, text });
  });

  it.each(["../../secret.md", "link.md"])("%s leads out of the repository and is refused", (path) => {
    expect(read(path)).toEqual({ ok: false, error: `it lies outside ${repository}` });
  });

  it("an absolute path is taken as one inside", () => {
    expect(read(join(top, "secret.md"))).toMatchObject({
      ok: false,
      error: expect.stringContaining("no such file"),
    });
  });

  it("a folder is no prompt", () => {
    expect(read("../prompts")).toMatchObject({ ok: false });
  });

  it("outside a repository the graph's own folder is the limit", () => {
    const alone = join(top, "alone");
    mkdirSync(alone);
    expect(promptReader(alone)("../secret.md")).toMatchObject({ ok: false });
  });
});
